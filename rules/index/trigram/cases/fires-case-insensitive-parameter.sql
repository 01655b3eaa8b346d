-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, name varchar(200) not null);
create index customers_name on customers (name);
-- statement
select id from customers where name ilike $1;
-- expect exactly
create index on public.customers using gin (name gin_trgm_ops);
