create table customer (id int primary key, region int);
create table orders (id int primary key, customer_id int, note text);
insert into customer select n, n % 3 from generate_series(1, 20) n;
insert into orders select n, n % 15, null from generate_series(1, 40) n;
-- statement
select * from customer c left join orders o on o.customer_id = c.id where o.id is null;
