-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
-- statement
select id from models where (meta ->> 'score')::int > 90;
-- expect exactly
create index on public.models (((meta ->> 'score')::int));
