-- docs rows=800000
create table docs (id bigint primary key, body text);
-- statement
select id from docs where to_tsvector(body) @@ plainto_tsquery($1);
-- expect
refuse create index on public.docs using gin (to_tsvector('english', body));
