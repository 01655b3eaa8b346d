create schema archive;
-- migration
alter table events_2026 set schema archive;
create view public.events_2026 as select * from archive.events_2026;
