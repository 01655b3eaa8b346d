create table job (id int primary key, status text, amount int);
insert into job select n, (array['a', 'b', null])[n % 3 + 1], n from generate_series(1, 60) n;
create table other (id int);
-- statement
select (select count(*) from job where status = 'a') as a, (select count(*) from job where status = 'b'), (select sum(amount) from job where status = 'z');
-- expect
select count(*) filter (where status = 'a') as a, count(*) filter (where status = 'b') as count, sum(amount) filter (where status = 'z') as sum from job;
