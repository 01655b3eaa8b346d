create table visit (id int primary key, day date);
insert into visit select n, date '2024-03-25' + n % 14 from generate_series(1, 20) n;
-- statement
select day from visit where id::numeric > 5.5;
