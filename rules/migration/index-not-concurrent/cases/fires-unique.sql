create unique index on customers (email);
