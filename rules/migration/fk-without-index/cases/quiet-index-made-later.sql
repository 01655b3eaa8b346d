create table refunds (id bigint primary key, order_id bigint references orders (id));
create index on refunds (order_id);
