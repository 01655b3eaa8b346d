-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
-- statement
select id from models where meta -> 'tags' ? 'nlp';
-- expect exactly
create index on public.models using gin ((meta -> 'tags'));
