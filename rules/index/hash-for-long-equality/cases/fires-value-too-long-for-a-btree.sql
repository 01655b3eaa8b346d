-- blob rows=300000 content.width=3000 content.distinct=-0.9
create table blob (id bigint primary key, content bytea not null);
-- statement
select id from blob where content = $1;
-- expect exactly
create index on public.blob using hash (content)
