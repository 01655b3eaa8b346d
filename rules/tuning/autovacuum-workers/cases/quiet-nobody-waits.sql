-- context postgres=15 countingDays=30
-- settings autovacuum_max_workers=3
-- vacuum autovacuumWorkers=3
-- vacuuming a automatic=yes
-- a rows=1000 dead=9000
create table a (id bigint primary key);
