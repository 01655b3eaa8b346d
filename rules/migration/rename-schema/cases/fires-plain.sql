create schema old;
-- migration
alter schema old rename to archive;
