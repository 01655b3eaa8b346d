create index concurrently orders_customer_id_again on orders (customer_id);
drop index concurrently orders_customer_id_idx;
alter index orders_customer_id_again rename to orders_customer_id_idx;
