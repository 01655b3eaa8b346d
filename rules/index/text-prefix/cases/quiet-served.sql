-- customers rows=2000000
create table customers (id bigint primary key, code varchar(40) not null);
create index customers_code on customers (code text_pattern_ops);
-- statement
select id from customers where code like 'DE-%';
