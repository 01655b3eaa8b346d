create table item (id int primary key, price int, big bigint not null, weight float8, exact numeric);
insert into item select n, n - 500, n - 500, n / 10.0, n / 10.0 from generate_series(1, 1000) n;
insert into item values (2001, null, 0, null, null);
-- statement
select id from item where exact * 3 < 100;
