-- context postgres=14
-- reading rows=2000000
-- sensor rows=1000
create table sensor (id int primary key, place text not null);
create table reading (id int primary key, sensor_id int not null references sensor, at timestamp not null, value int);
insert into sensor select n, 'p' || n from generate_series(1, 9) n;
insert into reading select n, 1 + n % 7, timestamp '2024-01-01' + n % 13 * interval '1 day', n % 5 from generate_series(1, 90) n;
analyze;
-- statement
select x.id from (select id, row_number() over (order by at, id) as rn from reading) x where x.rn < 5;
-- expect
select x.id from (select id, row_number() over (order by at, id) as rn from (select * from reading order by at, id limit 4) reading) x where x.rn < 5;
