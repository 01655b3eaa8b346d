-- item rows=500000
create table item (id bigint primary key, doc jsonb not null, old jsonb not null, old_state text generated always as (old ->> 'state') stored);
-- statement calls=100 meanMs=50
select id from item where doc ->> 'state' = 'done';
-- statement calls=100 meanMs=50
select count(*) from item where doc ->> 'state' = 'open';
-- expect
note public.item.doc
alter table public.item add column state text generated always as ((doc ->> 'state')) stored;
create index concurrently on public.item (state)
