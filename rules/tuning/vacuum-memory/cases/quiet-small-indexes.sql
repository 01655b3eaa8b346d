-- context postgres=16
-- settings maintenance_work_mem=64MB autovacuum_work_mem=-1
-- orders rows=900000000 dead=100000000
-- orders_pkey bytes=200000000
create table orders (id bigint primary key, status text);
