create table a (id int primary key, kind int);
create table b (id int primary key, a_id int, kind int not null);
insert into a select n, nullif(n % 4, 0) from generate_series(1, 30) n;
insert into b select n, nullif(n % 20, 0), n % 3 from generate_series(1, 50) n;
-- statement
select a.id from a except select b.a_id + 1 from b;
