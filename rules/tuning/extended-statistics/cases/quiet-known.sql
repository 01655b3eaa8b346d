-- address rows=5000000 city.distinct=2000 zip.distinct=30000
create table address (id bigint primary key, city text, zip text);
create statistics address_stx on city, zip from address;
-- statement calls=100 meanMs=10
select id from address where city = $1 and zip = $2;
