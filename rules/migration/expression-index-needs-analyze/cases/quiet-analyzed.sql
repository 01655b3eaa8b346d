create index concurrently customers_lower_email_idx on customers (lower(email));
analyze customers;
