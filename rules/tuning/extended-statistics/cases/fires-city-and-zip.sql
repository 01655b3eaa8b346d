-- address rows=5000000 city.distinct=2000 zip.distinct=30000
create table address (id bigint primary key, city text, zip text);
-- statement calls=100 meanMs=10
select id from address where city = $1 and zip = $2;
-- expect
note public.address
create statistics public.address_city_zip_stx (dependencies, mcv) on "city", "zip" from public.address;
analyze public.address
