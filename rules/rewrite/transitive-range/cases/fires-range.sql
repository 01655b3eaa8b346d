create table a (id int primary key, day date, n int);
create table b (id int primary key, day date, at timestamp);
insert into a select n, date '2024-03-01' + n % 20, n from generate_series(1, 60) n;
insert into b select n, date '2024-03-01' + n % 30, date '2024-03-01' + n % 30 from generate_series(1, 60) n;
-- statement
select a.id, b.id from a join b on b.day = a.day where a.day >= '2024-03-15';
-- expect
select a.id, b.id from a join b on b.day = a.day where a.day >= '2024-03-15' and b.day >= '2024-03-15';
