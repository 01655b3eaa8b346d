create table t (id bigint primary key, code char(3));
