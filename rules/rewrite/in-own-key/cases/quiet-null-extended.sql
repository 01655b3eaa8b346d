create table node (id int primary key, parent int, kind int, title text);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3 from generate_series(1, 60) n;
-- statement
select a.id, b.id as b from node a left join node b on b.id = a.parent where b.id in (select x.id from node x where x.parent is null);
