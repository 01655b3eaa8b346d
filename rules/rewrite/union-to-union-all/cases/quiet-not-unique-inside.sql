create table a (id int primary key, name text);
create table b (id int primary key, name text);
insert into a select n, 'n' || n % 3 from generate_series(1, 10) n;
insert into b select n, 'n' || n % 3 from generate_series(5, 15) n;
-- statement
select name, 'a' from a union select name, 'b' from b;
