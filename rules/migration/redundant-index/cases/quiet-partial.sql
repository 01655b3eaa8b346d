create index concurrently orders_open_idx on orders (customer_id) where status = 'open';
