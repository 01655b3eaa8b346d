create table job (id int primary key, status text, rank int, kind text not null);
insert into job select n, (array['new', 'done', null])[n % 3 + 1], nullif(n % 5, 0), 'a' from generate_series(1, 100) n;
-- statement
select id from job where coalesce(status, kind) = 'new';
