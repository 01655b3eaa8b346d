alter table order_lines add column customer_id bigint;
create index concurrently on order_lines (customer_id, sku);
alter table order_lines add constraint line_customer foreign key (customer_id) references customers (id) not valid;
