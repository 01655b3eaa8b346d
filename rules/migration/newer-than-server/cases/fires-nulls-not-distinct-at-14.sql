-- postgres: 14
create unique index concurrently on customers (email) nulls not distinct;
