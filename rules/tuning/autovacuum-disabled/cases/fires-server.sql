-- settings autovacuum=off
create table queue (id bigint primary key);
-- expect
error server
alter system set autovacuum = 'on';
select pg_reload_conf()
