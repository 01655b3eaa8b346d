create table t (id int primary key);
alter table t rename to u;
