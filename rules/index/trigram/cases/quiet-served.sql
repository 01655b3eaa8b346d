-- customers rows=2000000
create extension if not exists pg_trgm;
create table customers (id bigint primary key, email text not null);
create index customers_email on customers using gin (lower(email) gin_trgm_ops);
-- statement
select id from customers where lower(email) like '%@example.%';
