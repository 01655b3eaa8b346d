create table t (id int primary key);
alter table t drop constraint t_pkey;
-- expect create-table-without-primary-key
