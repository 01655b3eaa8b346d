-- customers rows=2000000
create table customers (id bigint primary key, name text not null);
-- statement
select id from customers where name like 'Smith%';
-- expect exactly
create index on public.customers (name text_pattern_ops);
