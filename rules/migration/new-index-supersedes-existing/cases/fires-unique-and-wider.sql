create unique index concurrently orders_customer_number_idx on orders (customer_id, number);
