create index concurrently customers_id_idx on customers (id);
