create table orders (id bigint primary key, status text);
update pg_index set indisvalid = false where indexrelid = 'orders_pkey'::regclass;
