create schema old;
-- migration
drop schema old;
