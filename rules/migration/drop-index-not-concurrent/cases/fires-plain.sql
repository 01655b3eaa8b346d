drop index orders_customer_id_idx;
-- expect drop-index-not-concurrent, fk-without-index
