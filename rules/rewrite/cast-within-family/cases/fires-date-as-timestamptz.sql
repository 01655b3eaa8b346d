create table visit (id int primary key, day date, seen timestamp);
insert into visit select n, date '2024-03-25' + n % 14, timestamp '2024-03-30 22:00' + n % 90 * interval '1 hour' from generate_series(1, 200) n;
-- statement
select id from visit where day::timestamptz >= timestamptz '2024-03-30 23:00+00' and id > 3;
-- expect
select id from visit where day >= timestamptz '2024-03-30 23:00+00' and id > 3;
