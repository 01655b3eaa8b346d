-- models rows=500000
create table models (id bigint primary key, tags text[] not null);
-- statement
select id from models where $1 = any (tags);
-- expect
refuse create index on public.models using gin (tags);
