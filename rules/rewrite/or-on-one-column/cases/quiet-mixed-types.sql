-- context postgres=16
create table job (id int primary key, status text, rank int);
insert into job select n, (array['new', 'open', 'done', null])[n % 4 + 1], n % 6 from generate_series(1, 60) n;
-- statement
select id from job where rank = 1 or rank = 2.5;
