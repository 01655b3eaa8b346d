-- metric rows=1000000 pages=8000 at.correlation=1 at.range=2026-01-01..2026-01-02..2026-01-03..2026-01-04..2026-01-05
create table metric (id bigint not null, at timestamptz not null, sensor int not null, value float8 not null);
-- statement
select avg(value) from metric where at >= '2026-01-02 12:00' and at < '2026-01-03';
-- expect exactly
create index on public.metric using brin (at) with (pages_per_range = 8)
