-- ledger rows=1000000 customer.distinct=40000
create table ledger (id bigint primary key, customer bigint, at timestamptz);
-- statement calls=100000 meanMs=20
select id from ledger where customer = $1 order by at desc limit 1 for update;
