-- events rows=900000
create table events (id bigint primary key, payload jsonb not null);
-- statement
select id from events where payload @@ $1;
-- expect exactly
create index on public.events using gin (payload jsonb_path_ops)
