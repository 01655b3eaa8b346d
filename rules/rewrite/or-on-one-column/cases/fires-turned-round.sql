-- context postgres=17
create table job (id int primary key, status text, rank int);
insert into job select n, (array['new', 'open', 'done', null])[n % 4 + 1], n % 6 from generate_series(1, 60) n;
-- statement
select id from job where rank = 1 or 2 = rank or rank = 3;
-- expect
select id from job where rank in (1, 2, 3);
