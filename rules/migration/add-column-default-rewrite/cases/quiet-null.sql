-- postgres: 10
alter table orders add column state text default null;
