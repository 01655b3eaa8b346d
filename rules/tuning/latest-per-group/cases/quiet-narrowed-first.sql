-- reading rows=50000000 sensor.distinct=2000
create table reading (sensor int not null, at timestamptz not null, value float8);
-- statement calls=500 meanMs=9
select distinct on (sensor) sensor, value from reading where at > $1 order by sensor, at desc;
