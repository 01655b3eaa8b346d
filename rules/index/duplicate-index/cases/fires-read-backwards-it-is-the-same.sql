create table orders (id bigint primary key, a int, b int);
create index orders_up on orders (a, b desc);
create index orders_down on orders (a desc, b);
-- expect exactly
drop index public.orders_up
