-- account rows=100000
create table account (id bigint primary key, balance numeric);
-- statement calls=100000 meanMs=20
select * from account where account.id = $1 limit 1 for update;
