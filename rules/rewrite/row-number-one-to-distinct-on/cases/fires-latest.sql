create table reading (id int primary key, sensor int, at timestamp, value int);
insert into reading select n, nullif(n % 7, 0), nullif(timestamp '2024-01-01' + n % 13 * interval '1 day', timestamp '2024-01-03'), n % 5 from generate_series(1, 90) n;
-- statement
select s.sensor, s.value from (select r.*, row_number() over (partition by r.sensor order by r.at desc, r.id) as rn from reading r where r.value > 0) s where s.rn = 1 and s.value < 4 order by s.sensor;
-- expect
select s.sensor, s.value from (select distinct on (r.sensor) r.*, 1::bigint as rn from reading r where r.value > 0 order by r.sensor, r.at desc, r.id) s where s.value < 4 order by s.sensor;
