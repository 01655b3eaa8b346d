-- sessions active=5 idle=90
create table t (id int primary key);
-- statement calls=10
select pg_advisory_lock($1);
-- expect
note server
