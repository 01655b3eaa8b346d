create temp table batch (id int primary key);
drop table batch;
