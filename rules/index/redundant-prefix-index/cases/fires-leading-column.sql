create table orders (id bigint primary key, customer_id bigint, created_at timestamptz);
create index orders_customer on orders (customer_id);
create index orders_customer_time on orders (customer_id, created_at);
-- expect exactly
drop index public.orders_customer
