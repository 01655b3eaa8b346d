create schema archive;
create table t (id int primary key);
alter table t set schema archive;
