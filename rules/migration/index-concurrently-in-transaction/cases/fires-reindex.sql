begin;
reindex index concurrently orders_customer_id_idx;
commit;
