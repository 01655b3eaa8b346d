alter table events_2026 replica identity full;
