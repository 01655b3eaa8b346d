-- document rows=100000
create table document (id bigint primary key, marks float8[]);
insert into document select i, array(select random() from generate_series(1, i) g) from generate_series(1, 50) i;
analyze document;
