create temp table t (id bigint primary key);
