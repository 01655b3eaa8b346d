create table customer (id int primary key, region int, name text);
create table orders (id int primary key, customer_id int, note text);
create table line (order_id int, n int);
insert into customer select n, n % 3, 'c' || n % 4 from generate_series(1, 20) n;
insert into orders select n, n % 15, case when n % 2 = 0 then 'x' end from generate_series(1, 60) n;
insert into line select n % 50, n from generate_series(1, 100) n;
-- statement
select distinct c.name from customer c join orders o on o.customer_id = c.id;
