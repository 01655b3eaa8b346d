-- bind 2
create table node (id int primary key, parent int, kind int, title text);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3 from generate_series(1, 60) n;
-- statement
select id, title from node where title <> 't1' and id in (select id from node where kind = $1);
-- expect
select id, title from node where title <> 't1' and node.kind = $1;
