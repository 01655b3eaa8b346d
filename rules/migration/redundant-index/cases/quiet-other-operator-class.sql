create index concurrently orders_status_like_idx on orders (status text_pattern_ops);
