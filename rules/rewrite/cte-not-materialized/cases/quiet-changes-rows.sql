create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with e as materialized (update event set n = n + 1 where kind = 3 returning id) select id from e;
