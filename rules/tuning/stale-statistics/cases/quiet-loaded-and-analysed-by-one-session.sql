-- orders rows=1000000 live=2000000 inserts=1000000 modified=1000000 lastAnalyzeDays=0
create table orders (id bigint primary key, status text);
insert into orders select i, 'x' from generate_series(1, 100) i;
analyze orders;
