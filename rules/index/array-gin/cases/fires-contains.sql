-- models rows=500000
create table models (id bigint primary key, tags text[] not null);
-- statement
select id from models where tags @> $1;
-- expect exactly
create index on public.models using gin (tags);
