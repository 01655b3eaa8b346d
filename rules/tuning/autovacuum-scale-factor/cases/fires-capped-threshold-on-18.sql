-- context postgres=18 countingDays=30
-- orders rows=3000000000 updates=900000000
create table orders (id bigint primary key, status text) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_max_threshold = 500000000);
-- expect
warning public.orders
alter table public.orders set (autovacuum_vacuum_scale_factor = 0.02)
