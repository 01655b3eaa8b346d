-- orders rows=2000000 tenant_id.distinct=12 tenant_id.common=1:0.09|2:0.09|3:0.08|4:0.08
create table orders (id bigint primary key, tenant_id int not null, created_at timestamptz not null);
-- statement
select id from orders where tenant_id = 3 order by created_at limit 20;
