-- address rows=3000000 modified=1000
create table address (id bigint primary key, city text not null, zip text not null, email text not null unique);
insert into address select i, 'city ' || i % 200 / 5, 'zip ' || i % 200, 'p' || i from generate_series(1, 20000) i;
analyze address;
-- statement calls=100 meanMs=10
select a.id from address a join address b on b.email = a.email where a.city = $1 and a.zip = $2;
--| Hash Join  (cost=0.86..50.45 rows=3 width=8) (actual time=0.01..90.1 rows=15000 loops=1)
--|   Hash Cond: (b.email = a.email)
--|   ->  Seq Scan on address b  (cost=0.43..8.45 rows=3000000 width=8) (actual time=0.01..0.01 rows=3000000 loops=1)
--|   ->  Hash  (cost=0.43..8.45 rows=375 width=8) (actual time=0.01..20.1 rows=15000 loops=1)
--|         ->  Seq Scan on address a  (cost=0.43..8.45 rows=375 width=8) (actual time=0.01..20.1 rows=15000 loops=1)
--|               Filter: ((a.city = 'city 3'::text) AND (a.zip = 'zip 17'::text))
-- expect
note public.address
create statistics public.address_city_zip_stx (dependencies, mcv) on "city", "zip" from public.address;
analyze public.address
