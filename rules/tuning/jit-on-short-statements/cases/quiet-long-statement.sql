-- settings jit=on
create table t (id int primary key, v int);
-- statement calls=10 meanMs=40000 jitMs=2500
select count(*) from t where v = $1;
