begin;
alter table customers add column weight int;
delete from order_lines;
commit;
