-- context countingDays=60
-- orders_status scans=0 bytes=50000000
create table orders (id bigint primary key, status text);
create index orders_status on orders (status);
-- expect exactly
drop index public.orders_status
