create table event (id int primary key, kind int, n int);
insert into event select n, n % 10, n % 7 from generate_series(1, 200) n;
-- statement
with recursive e as (select 1 as id union all select id + 1 from e where id < 5) select a.id from e a join e b on a.id = b.id;
