begin;
create table t (id int primary key);
alter table t add column a int;
alter table orders add column weight int;
commit;
