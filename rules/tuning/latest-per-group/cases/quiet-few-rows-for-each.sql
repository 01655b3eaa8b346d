-- reading rows=50000000 sensor.distinct=20000000
create table reading (sensor int not null, at timestamptz not null, value float8);
-- statement calls=500 meanMs=9000
select distinct on (sensor) sensor, value from reading order by sensor, at desc;
