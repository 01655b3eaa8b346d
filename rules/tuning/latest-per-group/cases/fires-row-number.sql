-- reading rows=50000000 sensor.distinct=2000
create table reading (sensor int not null, at timestamptz not null, value float8);
-- statement calls=500 meanMs=9000
select * from (select sensor, value, row_number() over (partition by sensor order by at desc) as n from reading) r where n = 1;
-- expect
note statement
