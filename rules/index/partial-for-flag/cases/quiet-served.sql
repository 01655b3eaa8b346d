-- outbox rows=5000000 processed.distinct=2 processed.common=t:0.999|f:0.001
create table outbox (id bigint primary key, processed boolean not null, created_at timestamptz not null);
create index outbox_open on outbox (created_at, id) where not processed;
-- statement
select id from outbox where not processed order by created_at limit 100;
