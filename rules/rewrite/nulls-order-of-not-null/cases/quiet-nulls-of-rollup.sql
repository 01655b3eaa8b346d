create table ticket (id int primary key, at timestamp not null, closed timestamp);
insert into ticket select n, timestamp '2024-01-01' + n * interval '7 hours', nullif(timestamp '2024-02-01' + n % 5 * interval '1 day', timestamp '2024-02-03') from generate_series(1, 60) n;
-- statement
select at, count(*) from ticket group by rollup (at) order by at desc nulls last;
