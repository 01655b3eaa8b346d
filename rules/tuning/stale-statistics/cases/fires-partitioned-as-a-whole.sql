-- event_2025 rows=2000000 live=2000000
create table event (id bigint, at timestamptz not null, kind text) partition by range (at);
create table event_2025 partition of event for values from ('2025-01-01') to ('2026-01-01');
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01');
insert into event select i, '2025-03-01'::timestamptz + i * interval '1 hour', 'x' from generate_series(1, 100) i;
analyze event_2025;
-- expect
warning public.event
analyze public.event
