create table orders (id int primary key, customer_id int, region int, amount int, at timestamp);
insert into orders select n, nullif(n % 7, 0), n % 3, n % 11, timestamp '2024-01-01' + n % 13 * interval '1 day' from generate_series(1, 120) n;
insert into orders values (1001, 99, null, null, null);
-- statement
select o.id from orders o where o.at = (select max(x.at) from orders x where x.customer_id = o.customer_id and x.region = o.region and x.amount > 2);
-- expect
select o.id from orders o join (select x.customer_id, x.region, max(x.at) as value from orders x where x.amount > 2 group by x.customer_id, x.region) per_customer_id on per_customer_id.customer_id = o.customer_id and per_customer_id.region = o.region and o.at = per_customer_id.value;
