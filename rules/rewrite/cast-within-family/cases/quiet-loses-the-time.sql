create table visit (id int primary key, seen timestamp);
insert into visit select n, timestamp '2024-03-25' + n * interval '5 hours' from generate_series(1, 20) n;
-- statement
select id from visit where seen::date = date '2024-03-27';
