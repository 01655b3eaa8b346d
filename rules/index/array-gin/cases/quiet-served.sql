-- models rows=500000
create table models (id bigint primary key, tags text[] not null);
create index models_tags on models using gin (tags);
-- statement
select id from models where tags && array['nlp', 'vision'];
