-- context countingDays=60
-- event_1_device_idx scans=0 bytes=50000000
-- event_2_device_idx scans=0 bytes=50000000
create table event (at date, device int) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');
create table event_2 partition of event for values from ('2026-01-01') to ('2027-01-01');
create index event_device on event (device);
-- expect exactly
drop index public.event_device
