create table event (at date, device int) partition by range (at);
create table event_1 partition of event for values from ('2025-01-01') to ('2026-01-01');
create index event_device on only event (device);
