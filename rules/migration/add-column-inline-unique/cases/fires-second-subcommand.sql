alter table orders add column weight int, add column slug text unique;
