alter table orders add column code character(3);
