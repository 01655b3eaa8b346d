-- models rows=500000 tenant_id.distinct=300
create table models (id bigint primary key, tenant_id int not null, meta jsonb not null, created_at timestamptz);
-- statement
select id from models where tenant_id = $1 and meta ->> 'team' = $2 order by created_at desc limit 20;
-- expect
create index on public.models ((meta ->> 'team'), tenant_id, created_at);
create index on public.models ((meta ->> 'team'));
