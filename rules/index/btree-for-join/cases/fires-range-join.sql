-- shift rows=5000
-- reading rows=5000000 sensor.distinct=200
create table shift (id bigint primary key, sensor bigint not null, starts timestamptz not null, ends timestamptz not null);
create table reading (id bigint primary key, sensor bigint not null, at timestamptz not null);
-- statement
select r.* from shift s join reading r on r.sensor = s.sensor and r.at >= s.starts and r.at < s.ends where s.id = $1;
-- expect
create index on public.reading (sensor, at)
