-- payment rows=1000 order_id.range=1..1900000000
create table orders (id bigint primary key);
create table payment (id bigint primary key, order_id int not null references orders);
-- expect
error public.payment.order_id
alter table public.payment alter column "order_id" type bigint
