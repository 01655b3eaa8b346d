create table t (id int primary key);
alter table t disable trigger all;
