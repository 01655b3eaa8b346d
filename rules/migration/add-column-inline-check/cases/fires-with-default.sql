alter table orders add column weight int not null default 1 constraint weight_positive check (weight > 0);
