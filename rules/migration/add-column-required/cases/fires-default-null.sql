alter table orders add column weight int not null default null;
