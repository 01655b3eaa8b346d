-- pick rows=10
-- customer rows=40000
-- orders rows=2000000 customer_id.distinct=40000 status.distinct=5 created_at.distinct=-0.9 created_at.range=2024-01-01..2026-01-01 note.width=60
create table customer (id bigint primary key, name text);
create table orders (id bigint primary key, customer_id bigint not null, status text not null, total numeric(12,2), note text, created_at timestamptz not null);
create table pick (order_id bigint);
-- statement
select o.created_at from pick join orders o on o.id = pick.order_id;
-- expect exactly
create index on public.orders (id) include (created_at)
