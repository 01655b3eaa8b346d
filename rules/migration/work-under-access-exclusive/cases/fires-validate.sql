alter table orders add constraint total_positive check (total >= 0) not valid;
-- migration
begin;
alter table customers add column weight int;
alter table orders validate constraint total_positive;
commit;
