-- balance rows=500000
create table balance (id bigint primary key, amount numeric);
