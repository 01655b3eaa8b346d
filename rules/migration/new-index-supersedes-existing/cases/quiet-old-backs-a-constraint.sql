create index concurrently orders_number_placed_idx on orders (number, placed_at);
