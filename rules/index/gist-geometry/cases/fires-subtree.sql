-- categories rows=300000
create extension if not exists ltree;
create table categories (id bigint primary key, path ltree not null);
-- statement
select id from categories where path <@ 'top.science';
-- expect exactly
create index on public.categories using gist (path);
