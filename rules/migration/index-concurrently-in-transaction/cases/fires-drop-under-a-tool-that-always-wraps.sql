-- runner: always wrapped
drop index concurrently orders_status_placed_at_idx;
