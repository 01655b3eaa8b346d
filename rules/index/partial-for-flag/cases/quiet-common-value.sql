-- outbox rows=5000000 processed.distinct=2 processed.common=t:0.999|f:0.001
create table outbox (id bigint primary key, processed boolean not null, created_at timestamptz not null);
-- statement
select id from outbox where processed order by created_at limit 100;
-- expect
refuse create index on public.outbox (created_at) where processed;
