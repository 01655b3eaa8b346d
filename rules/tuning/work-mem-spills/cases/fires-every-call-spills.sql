-- orders rows=2000000 customer_id.distinct=40000
create table orders (id bigint primary key, customer_id bigint not null, total numeric, note text);
-- statement calls=100 meanMs=900 tempBlocks=120000
select customer_id, sum(total) from orders group by customer_id order by 2 desc;
-- expect
warning statement
set local work_mem = '32MB'
