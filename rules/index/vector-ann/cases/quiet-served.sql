-- features rows=400000
create extension if not exists vector;
create table features (id bigint primary key, embedding vector(384) not null);
create index features_embedding on features using hnsw (embedding vector_cosine_ops);
-- statement
select id from features order by embedding <=> $1 limit 10;
