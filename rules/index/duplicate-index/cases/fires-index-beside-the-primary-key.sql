create table orders (id bigint primary key, customer_id bigint);
create unique index orders_id on orders (id);
-- expect exactly
drop index public.orders_id
