-- customers rows=2000000
create table customers (id bigint primary key, share float8 not null);
-- statement
select id from customers where share * random() > 0.9;
