-- context countingDays=60
-- orders_code scans=0 bytes=50000000
-- orders_status scans=unknown bytes=50000000
create table orders (id bigint primary key, code text, status text);
create unique index orders_code on orders (code);
create index orders_status on orders (status);
