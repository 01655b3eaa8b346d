-- orders rows=2000000 coupon_id.nulls=0.97 coupon_id.distinct=5000
create table orders (id bigint primary key, coupon_id bigint);
create index orders_coupon_id on orders (coupon_id);
-- statement
select * from orders where coupon_id = $1;
