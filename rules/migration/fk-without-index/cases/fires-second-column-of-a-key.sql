create table memberships (customer_id bigint references customers (id), order_id bigint references orders (id), primary key (customer_id, order_id));
