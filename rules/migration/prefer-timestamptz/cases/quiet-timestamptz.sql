alter table orders add column seen timestamptz;
