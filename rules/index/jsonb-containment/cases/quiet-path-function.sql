-- events rows=900000
create table events (id bigint primary key, payload jsonb not null);
-- statement
select id from events where jsonb_path_exists(payload, '$.items[*] ? (@.price > 100)');
-- expect exactly
refuse create index on public.events using gin (payload jsonb_path_ops)
