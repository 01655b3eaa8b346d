begin;
savepoint s;
alter table orders add column weight int;
release savepoint s;
commit;
