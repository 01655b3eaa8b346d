-- orders rows=1800000 modified=1000
create table orders (id bigint primary key, customer integer not null, region integer not null);
alter table orders alter column customer set statistics 10;
insert into orders select i, case when i <= 9000 then i % 30 when i <= 9300 then i % 10 else i end, i % 7 from generate_series(1, 18000) i;
analyze orders;
-- statement calls=100 meanMs=10
select o.id from orders o join orders p on p.id = o.region where o.customer in ($1, $2);
--| Nested Loop  (cost=0.86..50.45 rows=3 width=8) (actual time=0.01..90.1 rows=60000 loops=1)
--|   ->  Bitmap Heap Scan on public.orders o  (cost=0.43..8.45 rows=3 width=8) (actual time=0.01..20.1 rows=60000 loops=1)
--|         Recheck Cond: (o.customer = ANY ('{28,29}'::integer[]))
--|         ->  Bitmap Index Scan on orders_customer  (cost=0.43..8.45 rows=3 width=0) (actual time=0.01..2.1 rows=60000 loops=1)
--|               Index Cond: (o.customer = ANY ('{28,29}'::integer[]))
--|   ->  Index Scan using orders_pkey on public.orders p  (cost=0.43..8.45 rows=1 width=8) (actual time=0.01..0.01 rows=1 loops=60000)
--|         Index Cond: (p.id = o.region)
-- expect
note public.orders.customer
alter table public.orders alter column customer set statistics 60;
analyze public.orders
