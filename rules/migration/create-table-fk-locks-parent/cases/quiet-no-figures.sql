create table refunds (id bigint primary key, customer_id bigint unique references customers (id));
