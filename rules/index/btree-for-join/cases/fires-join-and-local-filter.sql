-- customer rows=40000 region.distinct=20
-- orders rows=2000000 customer_id.distinct=40000 status.distinct=5
create table customer (id bigint primary key, region int not null);
create table orders (id bigint primary key, customer_id bigint not null, status text not null, created_at timestamptz not null);
-- statement
select o.* from customer c join orders o on o.customer_id = c.id where c.region = $1 and o.status = $2 and o.created_at > $3;
-- expect
create index on public.orders (customer_id, status, created_at);
create index on public.orders (status, customer_id, created_at);
create index on public.orders (customer_id, created_at);
create index on public.orders (customer_id)
