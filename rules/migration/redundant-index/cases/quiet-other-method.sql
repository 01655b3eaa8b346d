create index concurrently orders_status_hash_idx on orders using hash (status);
