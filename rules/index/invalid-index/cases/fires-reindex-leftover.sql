create table orders (id bigint primary key, status text);
create index orders_status on orders (status);
create index orders_status_ccnew on orders (status);
update pg_index set indisvalid = false where indexrelid = 'orders_status_ccnew'::regclass;
-- expect exactly
drop index public.orders_status_ccnew
