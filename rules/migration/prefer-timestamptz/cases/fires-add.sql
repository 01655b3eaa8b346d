alter table orders add column seen timestamp;
