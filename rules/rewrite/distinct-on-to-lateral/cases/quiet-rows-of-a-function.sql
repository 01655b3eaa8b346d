-- reading rows=2000000
-- sensor rows=1000
create table sensor (id int primary key, place text not null);
create table reading (id int primary key, sensor_id int not null references sensor, at timestamp not null, value int);
insert into sensor select n, 'p' || n from generate_series(1, 9) n;
insert into reading select n, 1 + n % 7, timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
analyze;
-- statement
select distinct on (sensor_id) sensor_id, generate_series(1, 2) from reading order by sensor_id, id;
