-- pick rows=10
-- customer rows=400000
create table customer (id bigint primary key, name text);
create table pick (customer_id bigint);
-- statement
select c.name from pick join customer c on c.id = pick.customer_id;
