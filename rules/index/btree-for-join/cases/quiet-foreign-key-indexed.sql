-- customer rows=40000
-- orders rows=2000000 customer_id.distinct=40000
create table customer (id bigint primary key, name text);
create table orders (id bigint primary key, customer_id bigint not null);
create index on orders (customer_id);
-- statement
select c.name, o.id from customer c join orders o on o.customer_id = c.id;
