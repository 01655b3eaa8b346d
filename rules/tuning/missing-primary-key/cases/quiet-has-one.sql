-- account rows=50000
create table account (no bigint primary key);
