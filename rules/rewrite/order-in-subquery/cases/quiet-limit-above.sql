create table event (id int primary key, kind int, at timestamp not null);
insert into event select n, n % 5, timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 80) n;
-- statement
select x.id, x.kind from (select * from event order by at, id) x order by x.kind limit 3;
