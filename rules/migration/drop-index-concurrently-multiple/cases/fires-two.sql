drop index concurrently orders_status_placed_at_idx, orders_customer_id_idx;
-- expect drop-index-concurrently-multiple, fk-without-index
