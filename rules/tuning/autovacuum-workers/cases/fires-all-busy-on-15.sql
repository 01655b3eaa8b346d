-- context postgres=15 countingDays=30
-- settings autovacuum_max_workers=3
-- vacuum autovacuumWorkers=3
-- vacuuming big automatic=yes
-- big rows=900000000 dead=400000000
-- a rows=1000 dead=9000
-- b rows=1000 dead=9000
-- c rows=1000 dead=9000
create table big (id bigint primary key);
create table a (id bigint primary key);
create table b (id bigint primary key);
create table c (id bigint primary key);
-- expect
note server
alter system set autovacuum_max_workers = '6';
select pg_reload_conf()
