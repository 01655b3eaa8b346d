-- settings jit=on
create table t (id int primary key, v int);
-- statement calls=10000 meanMs=40 jitMs=250000
select count(*) from t where v = $1;
-- expect
warning server
alter system set jit = 'off';
select pg_reload_conf()
