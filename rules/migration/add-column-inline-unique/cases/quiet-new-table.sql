create table t (a int primary key);
alter table t add column b int unique;
