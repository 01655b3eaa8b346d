-- context postgres=16
create table customer (id int primary key, region int);
create table orders (id int primary key, customer_id int, region int);
insert into customer select n, nullif(n % 3, 0) from generate_series(1, 20) n;
insert into orders select n, nullif(n % 15, 0), n % 3 from generate_series(1, 40) n;
-- statement
select id from customer c where c.id in (select o.customer_id from orders o where o.region = 1);
