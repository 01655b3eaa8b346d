-- orders rows=2000000 shipped_at.nulls=0.001 shipped_at.distinct=-0.9
create table orders (id bigint primary key, shipped_at timestamptz, note text);
-- statement
select * from orders where shipped_at is null;
-- expect exactly
create index on public.orders (shipped_at)
