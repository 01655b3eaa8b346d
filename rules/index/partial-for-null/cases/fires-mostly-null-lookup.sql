-- orders rows=2000000 coupon_id.nulls=0.97 coupon_id.distinct=5000
create table orders (id bigint primary key, coupon_id bigint);
-- statement
select * from orders where coupon_id = $1;
-- expect
create index on public.orders (coupon_id) where coupon_id is not null;
