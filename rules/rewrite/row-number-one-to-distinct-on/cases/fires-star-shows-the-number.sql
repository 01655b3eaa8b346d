create table reading (id int primary key, sensor int, at timestamp, value int);
insert into reading select n, nullif(n % 7, 0), timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
-- statement
select * from (select id, sensor, row_number() over (partition by sensor, value order by id desc) from reading) s where row_number < 2;
-- expect
select * from (select distinct on (reading.sensor, reading.value) id, sensor, 1::bigint as row_number from reading order by reading.sensor, reading.value, reading.id desc) s;
