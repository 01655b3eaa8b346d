-- postgres: 15
alter table orders add column label text generated always as (lower(status)) stored;
