-- sessions active=12 idle=60
create table t (id int primary key);
