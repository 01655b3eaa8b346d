-- customers rows=2000000
create table customers (id bigint primary key, email varchar(200) not null);
create index customers_lower_email on customers (lower(email));
-- statement
select id from customers where lower(email) = $1;
