create table customer (id int primary key, region int);
create table orders (id int primary key, customer_id int not null, referrer int);
insert into customer select n, n % 3 from generate_series(1, 20) n;
insert into orders select n, n % 15, n % 4 from generate_series(1, 40) n;
-- statement
select c.region from customer c where c.region = 1 and not (c.id in (select distinct o.customer_id from orders o where o.referrer > 1));
-- expect
select c.region from customer c where c.region = 1 and not exists (select 1 from orders o where o.referrer > 1 and o.customer_id = c.id);
