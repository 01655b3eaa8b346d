begin;
create table t (id int primary key);
lock table t;
commit;
