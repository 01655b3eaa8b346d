create table t (a positive primary key);
