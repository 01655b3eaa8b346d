begin;
alter table customers rename to clients;
create view customers as select * from clients;
commit;
