alter table orders add column weight positive;
