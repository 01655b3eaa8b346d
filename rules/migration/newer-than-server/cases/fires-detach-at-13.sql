-- postgres: 13
alter table events detach partition events_2025 concurrently;
