alter table orders add column day date;
