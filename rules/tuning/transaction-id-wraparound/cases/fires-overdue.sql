-- database frozenXidAge=700000000
-- big rows=1000000000 xidAge=700000000
create table big (id bigint primary key);
create table small (id bigint primary key);
-- expect
warning server
warning public.big
vacuum (freeze) public.big
