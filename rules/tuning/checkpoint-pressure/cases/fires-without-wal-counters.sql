-- context postgres=13
-- settings max_wal_size=1GB checkpoint_timeout=300
-- checkpoints timed=500 requested=2500
-- unread wal=yes
create table t (id int primary key);
-- expect
warning server
alter system set max_wal_size = '4GB';
select pg_reload_conf()
