-- postgres: 15
alter table events add column customer_id bigint;
create index on events (customer_id);
alter table events add constraint events_customer foreign key (customer_id) references customers (id);
-- expect add-fk-validates, index-not-concurrent
