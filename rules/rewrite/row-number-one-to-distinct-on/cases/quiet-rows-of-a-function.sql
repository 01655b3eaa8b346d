create table reading (id int primary key, sensor int, at timestamp, value int);
insert into reading select n, n % 7, timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
-- statement
select s.sensor from (select r.*, generate_series(1, 2) as g, row_number() over (partition by r.sensor order by r.id) as rn from reading r) s where s.rn = 1;
