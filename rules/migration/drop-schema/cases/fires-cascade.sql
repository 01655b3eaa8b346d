create schema old;
create table old.t (id int);
-- migration
drop schema old cascade;
-- expect drop-cascade, drop-schema
