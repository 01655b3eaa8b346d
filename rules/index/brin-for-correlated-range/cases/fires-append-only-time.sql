-- metric rows=50000000 pages=400000 at.correlation=0.999 at.distinct=-1
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select avg(value) from metric where at >= $1 and at < $2;
-- expect exactly
create index on public.metric using brin (at) with (pages_per_range = 64)
