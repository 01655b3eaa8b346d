-- features rows=5000
create extension if not exists vector;
create table features (id bigint primary key, embedding vector(384) not null);
-- statement
select id from features order by embedding <=> $1 limit 10;
