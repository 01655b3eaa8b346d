create index concurrently orders_open_idx on orders (customer_id, placed_at) where status = 'open';
