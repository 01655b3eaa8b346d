create table if not exists t (id bigint primary key);
