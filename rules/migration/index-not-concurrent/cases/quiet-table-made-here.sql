create table invoices (id bigint primary key, order_id bigint not null);
create index invoices_order_id_idx on invoices (order_id);
