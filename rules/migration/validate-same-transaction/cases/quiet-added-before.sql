-- runner: wrapped
alter table orders add constraint total_positive check (total >= 0) not valid;
-- migration
alter table orders validate constraint total_positive;
