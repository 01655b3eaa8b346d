-- item rows=1000000
create table item (id int primary key, name text);
insert into item select n, 'n' || n from generate_series(1, 60) n;
-- statement
select id from item order by random();
