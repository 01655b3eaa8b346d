-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
create index models_meta on models using gin (meta);
-- statement
select id from models m where (m.meta -> 'hyper' -> 'optimizer') @> '{"name": "adam"}';
-- expect exactly
create index on public.models using gin ((meta -> 'hyper' -> 'optimizer') jsonb_path_ops);
