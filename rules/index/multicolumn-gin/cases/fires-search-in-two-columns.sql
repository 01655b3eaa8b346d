-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, name text not null, email text not null);
-- statement
select id from customers where name ilike '%smith%' or email ilike '%smith%';
-- expect exactly
create index on public.customers using gin (name gin_trgm_ops, email gin_trgm_ops);
