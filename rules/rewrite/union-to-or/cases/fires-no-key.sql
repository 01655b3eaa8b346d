create table task (id int primary key, owner int, reviewer int, title text);
insert into task select n, nullif(n % 7, 0), nullif(n % 5, 0), 't' || n % 4 from generate_series(1, 70) n;
-- statement
select title, owner from task t where owner > 2 and reviewer > 1 union select title, owner from task t where reviewer is null union select title, owner from task t where id < 5;
-- expect
select distinct title, owner from task t where (owner > 2 and reviewer > 1) or reviewer is null or id < 5;
