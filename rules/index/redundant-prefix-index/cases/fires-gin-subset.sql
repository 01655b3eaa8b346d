create table document (id bigint primary key, tags text[], words tsvector);
create index narrow on document using gin (words);
create index wide on document using gin (tags, words);
-- expect exactly
drop index public.narrow
