-- settings wal_compression=off
-- wal bytes=500000000000 fullPageImages=40000000 records=2000000000
create table t (id int primary key);
-- expect
note server
alter system set wal_compression = 'lz4';
select pg_reload_conf()
