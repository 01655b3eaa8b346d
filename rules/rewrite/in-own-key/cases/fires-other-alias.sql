create table node (id int primary key, parent int, kind int, title text);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3 from generate_series(1, 60) n;
-- statement
select n.id from node n where n.id in (select x.id from node x where x.kind > 1 and x.parent is null or x.title = 't2');
-- expect
select n.id from node n where (n.kind > 1 and n.parent is null) or n.title = 't2';
