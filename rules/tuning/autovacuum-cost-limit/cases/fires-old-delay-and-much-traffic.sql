-- context postgres=15 countingDays=30
-- settings autovacuum_vacuum_cost_delay=20 autovacuum_vacuum_cost_limit=200
-- orders rows=50000000 pages=1500000 updates=9000000000 dead=90000000 allVisible=0.1
-- orders_pkey bytes=1500000000
create table orders (id bigint primary key, status text);
-- expect
warning server
alter system set autovacuum_vacuum_cost_limit = '500';
select pg_reload_conf()
