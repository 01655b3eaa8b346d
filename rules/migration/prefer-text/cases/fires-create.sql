create table t (id bigint primary key, name varchar(10));
