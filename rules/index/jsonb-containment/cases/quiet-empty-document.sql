-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
-- statement
select id from models where meta @> '{}';
-- expect
refuse create index on public.models using gin (meta jsonb_path_ops);
