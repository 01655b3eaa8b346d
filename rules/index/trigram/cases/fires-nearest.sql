-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, name text not null);
-- statement
select id, name from customers order by name <-> $1 limit 10;
-- expect exactly
create index on public.customers using gist (name gist_trgm_ops);
