-- outbox rows=5000000 processed.distinct=2 processed.common=t:0.999|f:0.001
create table outbox (id bigint primary key, processed boolean not null, created_at timestamptz not null, body text);
-- statement
select id, body from outbox where not processed order by created_at limit 100;
-- expect
create index on public.outbox (created_at) where not processed;
