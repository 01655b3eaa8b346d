-- customer rows=40000 region.distinct=20
-- orders rows=2000000 customer_id.distinct=40000
create table customer (id bigint primary key, region int not null);
create table orders (id bigint primary key, customer_id bigint not null, total numeric);
-- statement
select o.* from customer c join orders o on o.customer_id = c.id where c.region = $1;
-- expect exactly
create index on public.orders (customer_id)
