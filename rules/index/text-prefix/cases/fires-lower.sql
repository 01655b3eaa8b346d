-- customers rows=2000000
create table customers (id bigint primary key, email text not null);
-- statement
select id from customers c where lower(c.email) like 'jo%';
-- expect exactly
create index on public.customers ((lower(email)) text_pattern_ops);
