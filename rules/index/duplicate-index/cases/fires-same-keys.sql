-- orders_b scans=900
create table orders (id bigint primary key, customer_id bigint);
create index orders_a on orders (customer_id);
create index orders_b on orders (customer_id);
-- expect exactly
drop index public.orders_a
