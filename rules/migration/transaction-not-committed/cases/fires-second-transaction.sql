begin;
alter table orders add column weight int;
commit;
start transaction;
alter table orders add column height int;
