create table task (id int primary key, owner int, reviewer int, title text);
insert into task select n, nullif(n % 7, 0), nullif(n % 5, 0), 't' || n % 4 from generate_series(1, 70) n;
-- statement
select id, generate_series(1, 2) * 0 as zero from task where owner = 1 union select id, generate_series(1, 2) * 0 from task where reviewer = 2;
