create table t (id int primary key);
-- migration
drop index concurrently t_pkey;
