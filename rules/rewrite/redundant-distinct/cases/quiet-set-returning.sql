create table customer (id int primary key, tags int[]);
create view v as select id from customer union all select id from customer;
-- statement
select distinct id from v;
