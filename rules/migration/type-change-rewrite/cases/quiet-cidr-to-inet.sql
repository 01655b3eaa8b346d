create table t (a cidr);
-- migration
alter table t alter column a type inet;
