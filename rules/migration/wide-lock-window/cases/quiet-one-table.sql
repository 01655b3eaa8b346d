begin;
alter table orders add column weight int;
alter table orders add column height int;
commit;
