-- postgres: 17
alter table events add column customer_id bigint;
alter table events add foreign key (customer_id) references customers (id) not valid;
-- expect fk-not-valid-on-partitioned, fk-without-index
