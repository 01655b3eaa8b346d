-- place rows=2000000
create table place (id bigint primary key, shape box, doc json);
-- statement
select * from place where shape = $1::box;
