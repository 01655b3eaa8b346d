create table customer (id int primary key, name text);
create table orders (id int primary key, customer_id int, note text);
insert into customer select n, 'c' || n from generate_series(1, 20) n;
insert into orders select n, n % 15, case when n % 3 = 0 then 'x' end from generate_series(1, 40) n;
-- statement
select name from customer c where 0 = (select count(o.note) from orders o where o.customer_id = c.id);
-- expect
select name from customer c where not exists (select 1 from orders o where o.customer_id = c.id and o.note is not null);
