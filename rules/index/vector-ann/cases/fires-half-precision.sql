-- features rows=400000
create extension if not exists vector;
create table features (id bigint primary key, embedding halfvec(3072) not null);
-- statement
select id from features order by embedding <#> $1 limit 10;
-- expect exactly
create index on public.features using hnsw (embedding halfvec_ip_ops);
refuse create index on public.features using ivfflat (embedding halfvec_ip_ops) with (lists = 400);
