create table orders (id int primary key, customer_id int, region int, amount int, at timestamp);
insert into orders select n, nullif(n % 7, 0), n % 3, n % 11, timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 120) n;
insert into orders values (1001, 99, null, null, null);
-- statement
select o.id from orders o where o.amount > o.region * (select avg(x.amount) from orders x where x.customer_id = o.customer_id);
