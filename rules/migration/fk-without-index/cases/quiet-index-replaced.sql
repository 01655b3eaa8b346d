create index concurrently orders_customer_placed_idx on orders (customer_id, placed_at);
drop index concurrently orders_customer_id_idx;
