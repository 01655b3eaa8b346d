-- events rows=3000000 tenant_id.distinct=400
create extension if not exists btree_gin;
create table events (id bigint primary key, tenant_id int not null, payload jsonb not null);
create index events_both on events using gin (payload jsonb_path_ops, tenant_id);
-- statement
select id from events where tenant_id = $1 and payload @> $2;
