create table refunds (id bigint primary key, order_id bigint unique references orders (id));
