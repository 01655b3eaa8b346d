-- customers rows=2000000
create table customers (id bigint primary key, email text not null);
create index customers_email on customers (email);
-- statement
select id from customers c where lower(c.email) = $1;
-- expect exactly
create index on public.customers (lower(email));
