create table t (id int primary key, a int);
alter table t alter column a set not null;
