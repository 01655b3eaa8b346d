create table notes (order_id bigint primary key references orders (id));
