create index concurrently orders_payload_idx on orders (payload);
