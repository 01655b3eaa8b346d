-- context countingDays=10
-- sale rows=20000000
create table sale (id bigint primary key, shop int not null, total numeric not null);
-- statement calls=50 meanMs=4000
select shop, count(*), sum(total) from sale group by shop;
