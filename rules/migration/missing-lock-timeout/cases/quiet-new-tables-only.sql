create table t (id bigint primary key);
alter table t add column a int;
