-- orders rows=2000000 deleted_at.nulls=0.98 customer_id.distinct=40000
create table orders (id bigint primary key, customer_id bigint not null, deleted_at timestamptz);
-- statement
select id from orders where deleted_at is null and customer_id = $1;
-- expect
refuse create index on public.orders (customer_id) where deleted_at is null;
