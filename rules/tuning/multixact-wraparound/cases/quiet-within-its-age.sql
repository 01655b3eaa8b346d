-- database multixactAge=190000000
-- big rows=1000000000 multixactAge=190000000
create table big (id bigint primary key);
