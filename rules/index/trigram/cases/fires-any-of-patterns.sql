-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, name text not null);
-- statement
select id from customers where name ilike any (array['%smith%', '%jones%']);
-- expect exactly
create index on public.customers using gin (name gin_trgm_ops);
