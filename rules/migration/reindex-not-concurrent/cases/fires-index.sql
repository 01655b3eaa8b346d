reindex index orders_customer_id_idx;
