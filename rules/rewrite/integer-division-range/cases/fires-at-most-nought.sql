create table item (id int primary key, n int, exact numeric);
insert into item select n, n - 500, n from generate_series(1, 1000) n;
insert into item values (2001, null, null);
-- statement
select id from item where n / 100 <= 0;
-- expect
select id from item where n <= 99;
