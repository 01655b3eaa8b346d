-- reading rows=50000000 sensor.distinct=2000
create table reading (sensor int not null, at timestamptz not null, value float8);
-- statement calls=500 meanMs=9000
select at, avg(value) over (partition by sensor order by at rows between 20 preceding and current row) from reading;
-- expect
note statement
