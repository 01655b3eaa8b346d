create table item (id int primary key, size bigint);
insert into item select n, n from generate_series(1, 20) n;
-- statement
select id from item where size::float8 > $1;
-- expect
select id from item where size > $1::bigint;
