-- docs rows=800000
create table docs (id bigint primary key, title text, body text);
-- statement
select id from docs d where to_tsvector('english', d.title || ' ' || d.body) @@ websearch_to_tsquery('english', $1);
-- expect exactly
create index on public.docs using gin (to_tsvector('english', title || ' ' || body));
