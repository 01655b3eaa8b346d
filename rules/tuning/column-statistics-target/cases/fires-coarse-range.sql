-- payment rows=4000000 modified=1000
create table payment (id bigint primary key, amount bigint not null);
insert into payment select i, case when i <= 200 then i else 1000000 + i * 100000::bigint end from generate_series(1, 40000) i;
analyze payment;
-- statement calls=100 meanMs=10
select id from payment where amount >= $1 and amount <= $2;
--| Index Scan using payment_amount on payment  (cost=0.43..8.45 rows=2 width=8) (actual time=0.01..20.1 rows=20000 loops=1)
--|   Index Cond: ((amount >= 1) AND (amount <= 200))
-- expect
note public.payment.amount
alter table public.payment alter column amount set statistics 2000;
analyze public.payment
