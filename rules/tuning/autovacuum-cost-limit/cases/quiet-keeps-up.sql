-- context postgres=15 countingDays=30
-- settings autovacuum_vacuum_cost_delay=2 autovacuum_vacuum_cost_limit=200
-- orders rows=50000000 pages=1500000 updates=300000000 dead=30000000 allVisible=0.1
create table orders (id bigint primary key, status text);
