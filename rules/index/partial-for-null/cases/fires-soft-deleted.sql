-- orders rows=2000000 deleted_at.nulls=0.98
create table orders (id bigint primary key, deleted_at timestamptz, total numeric);
-- statement
delete from orders where deleted_at is not null;
-- expect
create index on public.orders (deleted_at) where deleted_at is not null;
