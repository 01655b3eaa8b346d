alter table orders add column weight int;
