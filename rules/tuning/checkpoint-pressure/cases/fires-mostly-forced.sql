-- context countingDays=10
-- settings max_wal_size=1GB checkpoint_timeout=300
-- checkpoints timed=500 requested=2500
-- wal bytes=17280000000000
create table t (id int primary key);
-- expect
warning server
alter system set max_wal_size = '16GB';
select pg_reload_conf()
