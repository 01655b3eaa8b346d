create table item (id int primary key, deleted boolean);
insert into item select n, (array[true, false, null])[n % 3 + 1] from generate_series(1, 30) n;
-- statement
select id from item where coalesce(deleted, id > 3);
