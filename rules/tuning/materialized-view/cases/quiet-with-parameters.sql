-- context countingDays=10
-- sale rows=20000000
create table sale (id bigint primary key, shop int not null, total numeric not null);
-- statement calls=50000 meanMs=4000
select count(*), sum(total) from sale where shop = $1;
