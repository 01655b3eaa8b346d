-- orders rows=2000000 customer_id.distinct=40000 status.distinct=5 created_at.distinct=-0.9 created_at.range=2024-01-01..2026-01-01 note.width=60
create table orders (id bigint primary key, customer_id bigint not null, status text not null, total numeric(12,2), note text, created_at timestamptz not null);
-- statement
select total from orders where customer_id = $1 order by created_at desc limit $2;
-- expect
create index on public.orders (customer_id, created_at) include (total)
