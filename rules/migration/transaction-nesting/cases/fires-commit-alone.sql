-- runner: wrapped
alter table orders add column weight int;
commit;
