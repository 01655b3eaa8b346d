create table customer (id int primary key, region int);
create table orders (id int primary key, customer_id int not null, referrer int);
insert into customer select n, n % 3 from generate_series(1, 20) n;
insert into orders select n, n % 15, n % 4 from generate_series(1, 40) n;
-- statement
select id from customer where id not in (select customer_id from orders);
-- expect
select id from customer where not exists (select 1 from orders where orders.customer_id = customer.id);
