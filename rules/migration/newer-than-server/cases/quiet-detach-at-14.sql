-- postgres: 14
alter table events detach partition events_2025 concurrently;
