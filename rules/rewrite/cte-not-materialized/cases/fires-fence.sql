create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with e as materialized (select id, kind, count(*) over (partition by kind) as c from event) select id from e where kind = 3;
-- expect
with e as not materialized (select id, kind, count(*) over (partition by kind) as c from event) select id from e where kind = 3;
