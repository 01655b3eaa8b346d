create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with e as (select * from event where n > 1) select id from e where kind = 3;
