create table t (id int primary key);
alter table t add check (id > 0);
