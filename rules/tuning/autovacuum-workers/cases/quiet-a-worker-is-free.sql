-- context postgres=15 countingDays=30
-- settings autovacuum_max_workers=3
-- vacuum autovacuumWorkers=2
-- a rows=1000 dead=9000
-- b rows=1000 dead=9000
-- c rows=1000 dead=9000
create table a (id bigint primary key);
create table b (id bigint primary key);
create table c (id bigint primary key);
