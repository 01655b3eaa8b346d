-- bind 2024-03-31 01:30+01
-- bind 2024-03-31 03:30+02
create table visit (id int primary key, day date, seen timestamp);
insert into visit select n, date '2024-03-25' + n % 14, timestamp '2024-03-30 22:00' + n % 90 * interval '30 minutes' from generate_series(1, 200) n;
-- statement
select id from visit where seen::timestamptz <= $1;
-- expect
select id from visit where seen <= $1::timestamptz;
