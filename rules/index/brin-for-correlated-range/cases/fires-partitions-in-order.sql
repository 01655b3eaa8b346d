-- metric_1 rows=20000000 pages=150000 at.correlation=0.99
-- metric_2 rows=20000000 pages=150000 at.correlation=0.98
create table metric (at timestamptz not null, value float8 not null) partition by range (at);
create table metric_1 partition of metric for values from ('2025-01-01') to ('2026-01-01');
create table metric_2 partition of metric for values from ('2026-01-01') to ('2027-01-01');
-- statement
select avg(value) from metric where at >= $1 and at < $2;
-- expect exactly
create index on public.metric using brin (at) with (pages_per_range = 32)
