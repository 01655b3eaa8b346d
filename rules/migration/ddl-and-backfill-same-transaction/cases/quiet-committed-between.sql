begin;
alter table orders add column weight int;
commit;
update orders set weight = 0 where id < 1000;
