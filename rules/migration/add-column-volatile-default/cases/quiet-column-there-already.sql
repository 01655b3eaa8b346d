alter table orders add column if not exists note text default random()::text;
