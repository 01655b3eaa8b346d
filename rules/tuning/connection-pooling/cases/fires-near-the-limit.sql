-- settings max_connections=500
-- sessions active=12 idle=450
create table t (id int primary key);
-- expect
warning server
