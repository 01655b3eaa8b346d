create table t (id int primary key, a int);
alter table t rename column a to b;
