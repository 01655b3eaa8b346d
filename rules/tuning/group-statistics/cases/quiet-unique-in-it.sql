-- line rows=3000000 order_id.distinct=400000 no.distinct=300
create table line (order_id bigint, no int, total numeric, primary key (order_id, no));
-- statement calls=100 meanMs=2000
select order_id, no, sum(total) from line group by order_id, no;
