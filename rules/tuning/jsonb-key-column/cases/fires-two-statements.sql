-- item rows=500000
create table item (id bigint primary key, doc jsonb not null);
-- statement calls=100 meanMs=50
select id from item where doc ->> 'state' = $1;
-- statement calls=100 meanMs=50
select count(*) from item where doc ->> 'state' = $1 and id > $2;
-- expect
note public.item.doc
alter table public.item add column "state" text generated always as (doc ->> 'state') stored;
create index concurrently on public.item ("state")
