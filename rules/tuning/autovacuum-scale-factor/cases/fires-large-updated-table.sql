-- context postgres=16 countingDays=30
-- orders rows=80000000 updates=90000000 deletes=1000000
create table orders (id bigint primary key, status text);
-- expect
warning public.orders
alter table public.orders set (autovacuum_vacuum_scale_factor = 0.02)
