-- payment rows=4000000 modified=1000
create table payment (id bigint primary key, amount bigint not null);
insert into payment select i, 1000000 + i * 100000::bigint from generate_series(1, 40000) i;
analyze payment;
-- statement calls=100 meanMs=10
select id from payment where amount >= $1;
--| Seq Scan on payment  (cost=0.43..8.45 rows=20000 width=8) (actual time=0.01..20.1 rows=2000000 loops=1)
--|   Filter: (amount >= 1)
