-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, email text not null);
-- statement
select id from customers c where lower(c.email) like '%@example.%';
-- expect exactly
create index on public.customers using gin ((lower(email)) gin_trgm_ops);
