create table t (id int primary key, a int);
update t set a = 1;
