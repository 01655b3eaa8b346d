-- context postgres=17
-- account rows=1000000 updates=5000000 hotUpdates=0 newPageUpdates=4000000
create table account (id bigint primary key, balance numeric, note text);
create index on account (balance);
-- statement calls=5000000 meanMs=0.1
update account set balance = balance + $1 where id = $2;
