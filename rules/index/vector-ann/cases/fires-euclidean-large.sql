-- features rows=4000000
create extension if not exists vector;
create table features (id bigint primary key, model text, embedding vector(384) not null);
-- statement
select id, embedding <-> $1 as distance from features where model = $2 order by embedding <-> $1 limit 5;
-- expect exactly
create index on public.features using hnsw (embedding vector_l2_ops);
refuse create index on public.features using ivfflat (embedding vector_l2_ops) with (lists = 2000);
