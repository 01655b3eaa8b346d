create table orders (id bigint primary key, status text);
create index orders_status on orders (status);
update pg_index set indisvalid = false where indexrelid = 'orders_status'::regclass;
-- expect exactly
drop index public.orders_status
