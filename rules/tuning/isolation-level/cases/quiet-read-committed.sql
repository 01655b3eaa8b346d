-- database commits=900000 rollbacks=100000
create table t (id int primary key);
