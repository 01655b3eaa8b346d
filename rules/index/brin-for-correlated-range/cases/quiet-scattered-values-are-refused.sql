-- metric rows=50000000 pages=400000 value.correlation=0.02
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select count(*) from metric where value > $1;
-- expect exactly
refuse create index on public.metric using brin (value float8_minmax_multi_ops) with (pages_per_range = 64)
