-- customers rows=2000000 tenant_id.distinct=500
create table customers (id bigint primary key, tenant_id int not null, code varchar(40) not null);
create index customers_code on customers (code);
-- statement
select id from customers where tenant_id = $1 and code like $2;
-- expect exactly
create index on public.customers (tenant_id, code varchar_pattern_ops);
create index on public.customers (code varchar_pattern_ops);
