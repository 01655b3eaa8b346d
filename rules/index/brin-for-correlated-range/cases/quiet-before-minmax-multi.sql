-- context postgres=13
-- metric rows=50000000 pages=400000 at.correlation=0.8
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select avg(value) from metric where at >= $1;
-- expect exactly
refuse create index on public.metric using brin (at) with (pages_per_range = 64)
