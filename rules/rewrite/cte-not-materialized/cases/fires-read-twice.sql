create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with e as (select * from event where n > 1) select a.id from e a join e b on b.id = a.id + 1 where a.kind = 3;
-- expect
with e as not materialized (select * from event where n > 1) select a.id from e a join e b on b.id = a.id + 1 where a.kind = 3;
