-- reading rows=400000000 deletes=80000000 at.correlation=0.999 at.range=2025-01-01..2025-12-31
create table reading (id bigint not null, at timestamptz not null, value float8);
create table reading_2024 () inherits (reading);
-- statement calls=30 meanMs=90000
delete from reading where at < $1;
