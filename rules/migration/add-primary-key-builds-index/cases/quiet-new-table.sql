create table t (id int not null);
alter table t add primary key (id);
