-- page rows=3000000 url.width=90 url.distinct=-1
create table page (id bigint primary key, url text not null, body text);
-- statement
select * from page where url = $1;
-- expect exactly
create index on public.page using hash (url)
