select set_config('lock_timeout', '10s', false);
reindex index concurrently orders_customer_id_idx;
