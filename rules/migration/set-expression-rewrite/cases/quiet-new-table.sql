create table t (id int primary key, b int generated always as (id * 2) stored);
alter table t alter column b set expression as (id * 3);
