-- orders rows=2000000 customer_id.distinct=40000 status.distinct=5
create table orders (id bigint primary key, customer_id bigint not null, status text not null, note text);
create view open_orders as select o.id, o.customer_id as customer, o.note from orders o where o.status = 'open';
-- statement
with mine as (select * from open_orders where customer = $1) select count(*) from mine where note is not null;
-- expect
create index on public.orders (customer_id, status)
