create table orders (id bigint primary key, a int, b int, c int);
create index narrow on orders (a) include (b);
create index wide on orders (a, c) include (b);
-- expect exactly
drop index public.narrow
