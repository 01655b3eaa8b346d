-- orders rows=2000000 shipped_at.nulls=0.01 warehouse_id.distinct=40
create table orders (id bigint primary key, warehouse_id int not null, shipped_at timestamptz);
-- statement
select id from orders where shipped_at is null and warehouse_id = $1;
-- expect
create index on public.orders (warehouse_id) where shipped_at is null;
