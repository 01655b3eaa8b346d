begin;
alter table orders add column weight int;
update orders set weight = 0 where id = 1;
commit;
