create table job (id int primary key, status text, amount int);
insert into job select n, (array['a', 'b', null])[n % 3 + 1], n from generate_series(1, 60) n;
create table other (id int);
-- statement
select (select max(id) from job), (select id from job where id = 3);
