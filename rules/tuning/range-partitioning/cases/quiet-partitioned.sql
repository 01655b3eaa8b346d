create table reading (id bigint not null, at timestamptz not null, value float8) partition by range (at);
-- reading_p2025 rows=400000000 deletes=80000000 at.correlation=0.999 at.range=2025-01-01..2025-12-31
create table reading_p2025 partition of reading for values from ('2025-01-01') to ('2026-01-01');
-- statement calls=30 meanMs=90000
delete from reading where at < $1;
-- statement calls=30 meanMs=90000
delete from reading_p2025 where at < $1;
