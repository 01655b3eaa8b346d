-- context postgres=16
-- hardware memoryBytes=2147483648
-- settings maintenance_work_mem=64MB autovacuum_work_mem=-1 autovacuum_max_workers=3
-- orders rows=900000000 dead=100000000
-- orders_pkey bytes=20000000000
create table orders (id bigint primary key, status text);
