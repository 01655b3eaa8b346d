-- customers rows=4000000 code.width=8
create table customers (id bigint primary key, code text not null);
-- statement
select id from customers where code like 'DE-%';
