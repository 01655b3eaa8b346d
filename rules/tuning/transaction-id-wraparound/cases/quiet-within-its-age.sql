-- database frozenXidAge=190000000
-- big rows=1000000000 xidAge=190000000
create table big (id bigint primary key);
