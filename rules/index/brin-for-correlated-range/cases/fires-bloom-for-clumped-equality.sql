-- metric rows=50000000 pages=400000 sensor.correlation=0.6 sensor.distinct=100000
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select avg(value) from metric where sensor = $1;
-- expect exactly
create index on public.metric using brin (sensor int4_bloom_ops) with (pages_per_range = 64)
