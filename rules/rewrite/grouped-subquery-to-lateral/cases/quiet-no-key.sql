create table person (id int primary key, name text not null, city int);
create table payment (id int primary key, person_id int, other_id int, amount int, kind int);
insert into person select n, 'n' || n % 6, nullif(n % 4, 0) from generate_series(1, 20) n;
insert into payment select n, nullif(n % 11, 0), nullif(n % 7, 3), nullif(n % 9, 5), n % 3 from generate_series(1, 90) n;
-- statement
select x.id, t.total from person x join (select person_id, sum(amount) as total from payment group by person_id) t on t.person_id = x.city;
