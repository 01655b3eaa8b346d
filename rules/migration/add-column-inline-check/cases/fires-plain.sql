alter table orders add column weight int check (weight > 0);
