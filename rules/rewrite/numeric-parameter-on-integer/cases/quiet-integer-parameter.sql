-- bind 4
create table item (id int primary key, size bigint);
insert into item select n, n from generate_series(1, 20) n;
-- statement
select size from item where id = $1::bigint;
