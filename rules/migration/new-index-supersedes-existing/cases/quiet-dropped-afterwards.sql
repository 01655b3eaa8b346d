create index concurrently orders_customer_id_placed_at_idx on orders (customer_id, placed_at);
drop index concurrently if exists orders_customer_id_idx;
