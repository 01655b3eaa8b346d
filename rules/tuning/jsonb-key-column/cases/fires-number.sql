-- item rows=500000
create table item (id bigint primary key, "Doc" jsonb not null);
-- statement calls=100 meanMs=50
select id from item where ("Doc" ->> 'it''s price')::numeric > 5;
-- statement calls=100 meanMs=50
select count(*) from item i where (i."Doc"->>'it''s price')::numeric between 1 and 2;
-- expect
note public.item.Doc
alter table public.item add column it_s_price numeric generated always as (("Doc" ->> 'it''s price')::numeric) stored;
create index concurrently on public.item (it_s_price)
