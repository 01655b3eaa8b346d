alter table orders add column code varchar;
