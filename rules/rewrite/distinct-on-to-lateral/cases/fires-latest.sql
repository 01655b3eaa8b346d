-- reading rows=2000000
-- sensor rows=1000
create table sensor (id int primary key, place text not null);
create table reading (id int primary key, sensor_id int not null references sensor, at timestamp not null, value int);
insert into sensor select n, 'p' || n from generate_series(1, 9) n;
insert into reading select n, 1 + n % 7, timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
analyze;
-- statement
select distinct on (sensor_id) sensor_id, at, value from reading where value > 0 order by sensor_id, at desc, id;
-- expect
select reading.sensor_id, reading.at, reading.value from sensor as sensor cross join lateral (select * from reading where value > 0 and reading.sensor_id = sensor.id order by at desc, id limit 1) reading order by reading.sensor_id;
