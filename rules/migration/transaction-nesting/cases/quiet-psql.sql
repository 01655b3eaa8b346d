begin;
alter table orders add column weight int;
commit;
