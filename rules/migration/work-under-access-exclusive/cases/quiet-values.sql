begin;
alter table customers add column weight int;
insert into customers (id, weight) values (1, 2);
commit;
