-- address rows=3000000 city.distinct=4000 active.distinct=2
create table address (id bigint primary key, city text, active boolean);
-- statement calls=100 meanMs=2000
select active, city, count(*) from address group by active, city;
