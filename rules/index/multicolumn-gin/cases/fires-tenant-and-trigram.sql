-- customers rows=2000000 tenant_id.distinct=900
create extension if not exists btree_gin;
create extension if not exists pg_trgm;
create table customers (id bigint primary key, tenant_id uuid not null, name text not null);
-- statement
select id from customers where tenant_id = $1 and name ilike '%smith%';
-- expect exactly
create index on public.customers using gin (tenant_id, name gin_trgm_ops);
