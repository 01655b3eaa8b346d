create table node (id int primary key, parent int, kind text not null);
insert into node select n, nullif(n % 7, 0), 'k' || n % 3 from generate_series(1, 50) n;
-- statement
select a.id from node a join node b on a.parent is not distinct from b.parent;
