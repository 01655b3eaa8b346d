create schema if not exists old;
create table old.t (id int primary key);
drop table old.t;
