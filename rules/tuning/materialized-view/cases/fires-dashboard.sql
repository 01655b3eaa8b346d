-- context countingDays=10
-- sale rows=20000000
create table sale (id bigint primary key, shop int not null, total numeric not null);
-- statement calls=50000 meanMs=4000
select shop, count(*), sum(total) as total from sale group by shop;
-- expect
note statement
create materialized view summary_44e4d857 as select shop, count(*), sum(total) as total from sale group by shop
