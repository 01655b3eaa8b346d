-- metric rows=50000000 pages=400000 at.correlation=0.999 id.correlation=1
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select avg(value) from metric where at >= $1 and id > $2;
-- expect
create index on public.metric using brin (at) with (pages_per_range = 64);
create index on public.metric using brin (at, id) with (pages_per_range = 64)
