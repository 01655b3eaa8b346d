create table t (id int primary key, a int);
alter table t add unique (a);
