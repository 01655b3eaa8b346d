create index concurrently orders_customer_desc_idx on orders (customer_id desc);
