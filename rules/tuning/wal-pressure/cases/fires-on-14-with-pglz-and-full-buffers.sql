-- context postgres=14
-- settings wal_compression=off wal_buffers=16MB
-- wal bytes=500000000000 fullPageImages=40000000 records=2000000000 buffersFull=90000000
create table t (id int primary key);
-- expect
note server
alter system set wal_compression = 'on';
select pg_reload_conf()
note server
alter system set wal_buffers = '64MB';
select pg_reload_conf()
