-- context postgres=17
-- settings maintenance_work_mem=64MB autovacuum_work_mem=-1
-- vacuuming orders indexPasses=2 phase=scanning-heap
-- orders rows=900000000 dead=100000000
-- orders_pkey bytes=20000000000
create table orders (id bigint primary key, status text);
-- expect
note public.orders
alter system set autovacuum_work_mem = '1GB';
select pg_reload_conf()
