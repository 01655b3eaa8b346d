-- orders rows=2000000 customer_id.distinct=40000
-- orders_customer_id_idx bytes=400000000
create table orders (id bigint primary key, customer_id bigint not null);
create index on orders (customer_id);
-- expect
note public.orders_customer_id_idx
reindex index concurrently public.orders_customer_id_idx
