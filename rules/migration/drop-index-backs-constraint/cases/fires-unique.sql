drop index orders_number_key;
