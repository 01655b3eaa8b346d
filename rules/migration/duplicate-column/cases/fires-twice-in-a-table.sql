create table t (id bigint primary key, a int, a int);
