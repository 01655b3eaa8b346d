-- document rows=100000
create table document (id bigint primary key, embedding real[]);
insert into document select i, array(select random() from generate_series(1, 64) g where i > 0) from generate_series(1, 50) i;
analyze document;
