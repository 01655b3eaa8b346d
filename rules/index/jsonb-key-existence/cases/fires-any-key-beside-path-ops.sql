-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
create index models_meta on models using gin (meta jsonb_path_ops);
-- statement
select id from models where meta ?| array['gpu', 'tpu'] and meta @> '{"team": "search"}';
-- expect exactly
create index on public.models using gin (meta);
