-- customer rows=40000
-- orders rows=2000000 customer_id.distinct=40000
create table customer (id bigint primary key, name text);
create table orders (id bigint primary key, customer_id bigint not null);
-- statement
select * from customer c where not exists (select 1 from orders o where o.customer_id = c.id);
-- expect
create index on public.orders (customer_id)
