create table job (id int primary key, status text, rank int);
insert into job select n, (array['a', 'b', null])[n % 3 + 1], n % 4 from generate_series(1, 60) n;
-- statement
select distinct upper(status), count(*) from job group by status;
