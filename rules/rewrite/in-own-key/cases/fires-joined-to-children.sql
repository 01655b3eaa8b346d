create table owner (id int primary key, active boolean, name text);
insert into owner select n, n % 3 = 0, 'o' || n from generate_series(1, 12) n;
create table node (id int primary key, parent int, kind int, title text, owner_id int references owner);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3, nullif(n % 13, 0) from generate_series(1, 60) n;
-- statement
select n.id, n.title from node n where n.kind > 1 and n.id in (select node.id from node join node child on child.parent = node.id where child.title = 't0' and node.owner_id > 3);
-- expect
select n.id, n.title from node n where n.kind > 1 and exists (select 1 from node child where child.parent = n.id and child.title = 't0' and n.owner_id > 3);
