-- customers rows=1000000 deletes=0 updates=0
-- migration
alter table order_lines add column customer_id bigint;
alter table order_lines add constraint line_customer foreign key (customer_id) references customers (id) not valid;
