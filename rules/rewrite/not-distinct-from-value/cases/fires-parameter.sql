-- bind 3
-- bind null
create table node (id int primary key, parent int, kind text not null);
insert into node select n, nullif(n % 7, 0), 'k' || n % 3 from generate_series(1, 50) n;
-- statement
select id from node where parent is not distinct from $1;
-- expect
select id from node where parent = $1 or (parent is null and $1 is null);
