-- address rows=3000000 city.distinct=4000 region.distinct=300
create table address (id bigint primary key, city text, region text, closed_on date);
create unique index on address (city, region) where closed_on is null;
-- statement calls=100 meanMs=2000
select region, city, count(*) from address group by region, city;
-- expect
note public.address
create statistics public.address_city_region_groups (ndistinct) on "city", "region" from public.address;
analyze public.address
