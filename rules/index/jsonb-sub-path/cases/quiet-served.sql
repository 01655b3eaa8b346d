-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
create index models_tags on models using gin ((meta -> 'tags'));
-- statement
select id from models where meta -> 'tags' ? 'nlp';
