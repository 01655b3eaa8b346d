create table customers (id int primary key, name text, region int not null);
create table orders (id int primary key, customer_id int, region int, amount int, at timestamp not null);
insert into customers select n, 'c' || n % 5, n % 3 from generate_series(1, 12) n;
insert into orders select n, nullif(n % 9, 0), n % 3, nullif(n % 11, 3), timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 120) n;
-- statement
select c.id, (select sum(o.amount) from orders o where o.customer_id = c.id) as total, (select count(*) from orders o where o.customer_id = c.id) from customers c where c.region = 1;
-- expect
select c.id, per_customer_id.group_value as total, coalesce(per_customer_id.group_value_2, 0) as count from customers c left join (select o.customer_id as group_key, sum(o.amount) as group_value, count(*) as group_value_2 from orders o group by o.customer_id) per_customer_id on per_customer_id.group_key = c.id where c.region = 1;
