-- context countingDays=10
-- event rows=200000000 inserts=10000000
create table event (id bigint primary key, at timestamptz);
-- expect
note public.event
alter table public.event set (autovacuum_analyze_scale_factor = 0.005)
