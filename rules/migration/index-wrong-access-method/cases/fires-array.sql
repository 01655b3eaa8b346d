create index concurrently orders_tags_idx on orders (tags);
