-- bind 4
create table item (id int primary key, price numeric);
insert into item select n, n from generate_series(1, 20) n;
-- statement
select id from item where price = $1::numeric;
