create extension hstore;
create table item (id int primary key, attrs hstore);
insert into item values (1, 'color=>red'), (2, 'color=>blue,x=>1'), (3, 'color=>NULL'), (4, ''), (5, null), (6, 'x=>red');
-- statement
select id from item where attrs -> 'color' like 'r%';
