-- visits rows=4000000 pages=60000 tenant_id.distinct=900
create extension if not exists btree_gist;
create table visits (id bigint primary key, tenant_id int not null, client inet not null, at timestamptz not null);
-- statement
select id from visits where tenant_id = $1 and client <<= $2;
-- expect
create index on public.visits using gist (tenant_id, client inet_ops);
create index on public.visits using gist (client inet_ops)
