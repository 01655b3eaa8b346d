-- customers rows=2000000
create table customers (id bigint primary key, email text not null);
-- statement
select id from customers where email = lower($1);
