create table item (id int primary key, n int, exact numeric);
insert into item select n, n - 50, n from generate_series(1, 100) n;
-- statement
select id from item where n >= -3.5;
-- expect
select id from item where n > -4;
