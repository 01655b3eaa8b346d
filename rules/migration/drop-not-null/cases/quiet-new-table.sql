create table t (id int primary key, a int not null);
alter table t alter column a drop not null;
