alter table orders add column weight int;
alter table customers add column weight int;
