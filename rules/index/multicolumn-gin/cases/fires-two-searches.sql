-- docs rows=800000
create table docs (id bigint primary key, tags text[], words tsvector);
-- statement
select id from docs where tags @> array['go'] and words @@ to_tsquery('english', 'index');
-- expect exactly
create index on public.docs using gin (tags, words);
