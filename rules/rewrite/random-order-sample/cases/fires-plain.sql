-- item rows=1000000
create table item (id int primary key, name text);
insert into item select n, 'n' || n from generate_series(1, 60) n;
-- statement
select id from item order by random() limit 5;
-- expect
select id from item tablesample system (1) order by random() limit 5;
