-- context postgres=15
-- account rows=1000000 updates=5000000 hotUpdates=4900000
create table account (id bigint primary key, balance numeric, note text);
-- statement calls=5000000 meanMs=0.1
update account set balance = balance + $1 where id = $2;
