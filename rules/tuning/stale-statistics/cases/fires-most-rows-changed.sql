-- orders rows=1000000 live=1000000 modified=900000 updates=900000 lastAnalyzeDays=40
create table orders (id bigint primary key, status text);
insert into orders select i, 'x' from generate_series(1, 100) i;
analyze orders;
-- expect
warning public.orders
analyze public.orders
