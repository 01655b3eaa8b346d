create table a (id int primary key, name text);
create table b (id int primary key, name text);
insert into a select n, 'n' || n % 3 from generate_series(1, 10) n;
insert into b select n, 'n' || n % 3 from generate_series(5, 15) n;
-- statement
select count(*) from (select id, 1 as t from a union select id, 2 from b union select id, 3 from a where id > 3) u;
-- expect
select count(*) from (select id, 1 as t from a union all select id, 2 from b union all select id, 3 from a where id > 3) u;
