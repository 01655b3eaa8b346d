create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with e as (select kind, sum(n) as s from event group by kind) select a.kind from e a join e b on a.kind = b.kind;
