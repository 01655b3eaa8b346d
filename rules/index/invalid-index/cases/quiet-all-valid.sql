create table orders (id bigint primary key, status text);
create index orders_status on orders (status);
