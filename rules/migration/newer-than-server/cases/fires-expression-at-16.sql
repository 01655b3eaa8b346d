-- postgres: 16
create table t (id int primary key, b int generated always as (id * 2) stored);
-- migration
alter table t alter column b set expression as (id * 3);
