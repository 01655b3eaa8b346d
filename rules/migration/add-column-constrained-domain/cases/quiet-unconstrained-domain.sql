alter table orders add column tag label;
