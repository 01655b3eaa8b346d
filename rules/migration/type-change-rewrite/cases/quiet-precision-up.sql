create table t (a timestamp(3));
-- migration
alter table t alter column a type timestamp;
