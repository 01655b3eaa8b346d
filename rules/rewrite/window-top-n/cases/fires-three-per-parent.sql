-- reading rows=2000000
-- sensor rows=1000
create table sensor (id int primary key, place text not null);
create table reading (id int primary key, sensor_id int not null references sensor, at timestamp not null, value int);
insert into sensor select n, 'p' || n from generate_series(1, 9) n;
insert into reading select n, 1 + n % 7, timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
analyze;
-- statement
select x.sensor_id, x.at, x.rn from (select r.sensor_id, r.at, row_number() over (partition by r.sensor_id order by r.at desc, r.id) as rn from reading r where r.value > 0) x where x.rn <= 3 order by 1, 3;
-- expect
select x.sensor_id, x.at, x.rn from (select r.sensor_id, r.at, row_number() over (partition by r.sensor_id order by r.at desc, r.id) as rn from (select r.* from sensor as sensor cross join lateral (select * from reading r where r.value > 0 and r.sensor_id = sensor.id order by r.at desc, r.id limit 3) r) r) x where x.rn <= 3 order by 1, 3;
