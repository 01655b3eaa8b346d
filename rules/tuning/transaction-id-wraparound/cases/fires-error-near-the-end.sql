-- database frozenXidAge=1900000000
create table small (id bigint primary key);
-- expect
error server
