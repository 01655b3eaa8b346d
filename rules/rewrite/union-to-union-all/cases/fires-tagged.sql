create table a (id int primary key, name text);
create table b (id int primary key, name text);
insert into a select n, 'n' || n % 3 from generate_series(1, 10) n;
insert into b select n, 'n' || n % 3 from generate_series(5, 15) n;
-- statement
select id, name, 'a' as source from a union select id, name, 'b' from b order by 1, 3;
-- expect
select id, name, 'a' as source from a union all select id, name, 'b' from b order by 1, 3;
