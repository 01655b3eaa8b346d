-- customers rows=2000000
create table customers (id bigint primary key, code text collate "C" not null);
-- statement
select id from customers where code like 'DE-%';
-- expect exactly
create index on public.customers (code);
