-- features rows=400000
create extension if not exists vector;
create table features (id bigint primary key, embedding vector(384) not null);
-- statement
select id from features order by embedding <=> $1 limit 10;
-- expect exactly
create index on public.features using hnsw (embedding vector_cosine_ops);
refuse create index on public.features using ivfflat (embedding vector_cosine_ops) with (lists = 400);
