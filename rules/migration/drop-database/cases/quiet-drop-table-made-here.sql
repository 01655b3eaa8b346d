create table scratch (id int primary key);
drop table scratch;
