create schema archive;
-- migration
alter table events_2026 set schema archive;
