-- postgres: 15
alter table order_lines add constraint line_order foreign key (order_id) references orders (id) not valid;
