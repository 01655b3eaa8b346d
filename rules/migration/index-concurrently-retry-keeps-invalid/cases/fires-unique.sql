create unique index concurrently if not exists customers_email_key on customers (email);
