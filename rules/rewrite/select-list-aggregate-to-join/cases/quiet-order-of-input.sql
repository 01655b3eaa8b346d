create table customers (id int primary key, name text, region int not null);
create table orders (id int primary key, customer_id int, region int, amount int, at timestamp not null);
insert into customers select n, 'c' || n % 5, n % 3 from generate_series(1, 12) n;
insert into orders select n, nullif(n % 9, 0), n % 3, nullif(n % 11, 3), timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 120) n;
-- statement
select c.id, (select array_agg(o.id) from orders o where o.customer_id = c.id) from customers c;
