alter table orders add column weight positive default 1;
