create index concurrently orders_status_idx on orders (status);
