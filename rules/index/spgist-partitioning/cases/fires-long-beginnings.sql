-- pages_seen rows=4000000 url.width=90
create table pages_seen (id bigint primary key, url text not null);
-- statement
select count(*) from pages_seen where url like 'https://example.org/docs/%';
-- expect exactly
create index on public.pages_seen using spgist (url);
