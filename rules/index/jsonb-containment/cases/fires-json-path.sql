-- events rows=3000000
create table events (id bigint primary key, payload jsonb, at timestamptz);
-- statement
select count(*) from events e where e.payload @? '$.items[*] ? (@.price > 100)' and e.at > now() - interval '1 day';
-- expect exactly
create index on public.events using gin (payload jsonb_path_ops);
