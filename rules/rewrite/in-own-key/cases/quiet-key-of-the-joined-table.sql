create table owner (id int primary key, active boolean, name text);
insert into owner select n, n % 3 = 0, 'o' || n from generate_series(1, 12) n;
create table node (id int primary key, parent int, kind int, title text, owner_id int references owner);
insert into node select n, nullif(n % 9, 0), nullif(n % 4, 0), 't' || n % 3, nullif(n % 13, 0) from generate_series(1, 60) n;
-- statement
select n.id from node n where n.id in (select o.id from node x join owner o on o.id = x.owner_id where x.kind = 1);
