create unique index customers_email_idx on customers (email);
-- migration
drop index concurrently customers_email_idx;
