-- postgres: 11
alter table orders add column state text default 'new';
