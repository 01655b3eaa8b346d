create table t (id int primary key, a int);
alter table t drop column a;
