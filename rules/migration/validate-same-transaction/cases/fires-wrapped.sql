-- runner: wrapped
alter table order_lines add constraint line_order foreign key (order_id) references orders (id) not valid;
alter table order_lines validate constraint line_order;
