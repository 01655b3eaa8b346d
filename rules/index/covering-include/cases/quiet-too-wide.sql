-- orders rows=2000000 customer_id.distinct=40000 note.width=700
create table orders (id bigint primary key, customer_id bigint not null, status text not null, total numeric(12,2), note text, created_at timestamptz not null);
-- statement
select note from orders where customer_id = $1;
-- expect exactly
refuse create index on public.orders (customer_id) include (note)
