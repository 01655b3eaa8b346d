-- orders rows=1800000 modified=900000
create table orders (id bigint primary key, customer integer not null, region integer not null);
alter table orders alter column customer set statistics 10;
insert into orders select i, case when i <= 9000 then i % 30 when i <= 9300 then i % 10 else i end, i % 7 from generate_series(1, 18000) i;
analyze orders;
-- statement calls=100 meanMs=10
select id from orders where customer = $1;
--| Seq Scan on orders  (cost=0.43..8.45 rows=2 width=8) (actual time=0.01..20.1 rows=30000 loops=1)
--|   Filter: (customer = 29)
