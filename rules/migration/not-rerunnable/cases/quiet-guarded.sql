alter table orders add column if not exists weight int;
