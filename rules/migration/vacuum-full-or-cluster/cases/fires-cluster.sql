cluster orders using orders_customer_id_idx;
