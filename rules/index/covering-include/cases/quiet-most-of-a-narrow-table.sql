-- readings rows=3000000 sensor.distinct=900 value.distinct=-0.5 value.range=0..100
create table readings (sensor int not null, metric int not null, value float8 not null, extra float8);
-- statement
select sum(extra) from readings where value > 33;
-- expect
refuse create index on public.readings (value) include (extra)
