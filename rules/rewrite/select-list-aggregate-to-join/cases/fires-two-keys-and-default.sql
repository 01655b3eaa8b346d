create table customers (id int primary key, name text, region int not null);
create table orders (id int primary key, customer_id int, region int, amount int, at timestamp not null);
insert into customers select n, 'c' || n % 5, n % 3 from generate_series(1, 12) n;
insert into orders select n, nullif(n % 9, 0), n % 3, nullif(n % 11, 3), timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 120) n;
-- statement
select c.*, (select coalesce(max(o.amount), -1) from orders o where o.customer_id = c.id and c.region = o.region and o.amount > 2) from customers c order by c.id limit 5;
-- expect
select c.*, coalesce(per_customer_id.group_value, -1) as coalesce from customers c left join (select o.customer_id as group_key, o.region as group_key_2, coalesce(max(o.amount), -1) as group_value from orders o where o.amount > 2 group by o.customer_id, o.region) per_customer_id on per_customer_id.group_key = c.id and per_customer_id.group_key_2 = c.region order by c.id limit 5;
