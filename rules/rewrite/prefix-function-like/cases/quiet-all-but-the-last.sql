create table item (id int primary key, code text, name varchar(30));
insert into item select n, 'A' || n || '%x', 'a_' || n from generate_series(1, 100) n;
insert into item values (1001, null, null), (1002, 'a9', 'ab'), (1003, 'A', 'A');
-- statement
select id from item where left(code, -1) = 'A';
