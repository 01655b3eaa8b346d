-- context postgres=17
create table item (id int primary key, kind int, code text unique, name text);
insert into item select n, n % 3, nullif('c' || n, 'c7'), 'n' || n from generate_series(1, 30) n;
-- statement
select a.name, b.kind from item a join item b on b.id = a.kind;
