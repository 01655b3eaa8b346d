-- event_2025 rows=2000000 device.distinct=3000
-- event_2026 rows=2000000 device.distinct=3000
create table event (at timestamptz not null, device bigint not null, body text) partition by range (at);
create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01');
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01');
-- statement
select * from event where device = $1;
-- expect exactly
create index on public.event (device)
