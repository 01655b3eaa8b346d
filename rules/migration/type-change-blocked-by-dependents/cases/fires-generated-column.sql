create table t (a varchar(10), b text generated always as (lower(a)) stored);
-- migration
alter table t alter column a type varchar(20);
