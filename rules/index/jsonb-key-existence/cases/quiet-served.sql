-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
create index models_meta on models using gin (meta);
-- statement
select id from models where meta ?& array['gpu', 'tpu'];
