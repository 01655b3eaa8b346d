-- docs rows=800000
create table docs (id bigint primary key, body text, words tsvector);
-- statement
select id from docs where words @@ plainto_tsquery('english', $1);
-- expect exactly
create index on public.docs using gin (words);
