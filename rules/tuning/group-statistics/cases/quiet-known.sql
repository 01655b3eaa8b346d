-- address rows=3000000 city.distinct=4000 region.distinct=300
create table address (id bigint primary key, city text, region text, country text);
create statistics address_groups (ndistinct) on country, region, city from address;
-- statement calls=100 meanMs=2000
select region, city, count(*) from address group by region, city;
