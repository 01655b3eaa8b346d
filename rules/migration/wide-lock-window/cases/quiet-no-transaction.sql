alter table customers add column weight int;
alter table orders add column weight int;
