-- events rows=3000000 tenant_id.distinct=400
create extension if not exists btree_gin;
create table events (id bigint primary key, tenant_id int not null, payload jsonb not null);
-- statement
select id from events where tenant_id = $1 and payload @> $2;
-- expect exactly
create index on public.events using gin (tenant_id, payload jsonb_path_ops);
