create table t (id bigint primary key, extra json);
