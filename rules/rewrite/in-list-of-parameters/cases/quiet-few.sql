-- bind 1|2|3
create table item (id int primary key, size int);
insert into item select n, n % 5 from generate_series(1, 200) n;
-- statement
select size from item where id in ($1, $2, $3);
