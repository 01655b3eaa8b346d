-- postgres: 18
alter table events add column customer_id bigint;
alter table events add constraint events_customer foreign key (customer_id) references customers (id) not valid;
-- expect fk-without-index
