create table t (a int primary key);
reindex table t;
