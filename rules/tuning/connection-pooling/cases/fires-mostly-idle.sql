-- settings max_connections=1000
-- sessions active=12 idle=600
create table t (id int primary key);
-- expect
note server
