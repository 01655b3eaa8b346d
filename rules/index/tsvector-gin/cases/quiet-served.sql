-- docs rows=800000
create table docs (id bigint primary key, body text);
create index docs_body on docs using gin (to_tsvector('english', body));
-- statement
select id from docs where to_tsvector('english', body) @@ to_tsquery('english', 'index & scan');
