create index concurrently order_lines_sku_idx on order_lines (sku);
alter table order_lines add constraint line_customer foreign key (order_id) references customers (id);
