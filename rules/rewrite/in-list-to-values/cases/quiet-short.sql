create table cell (x int, y int, note text, primary key (x, y));
insert into cell select n % 20, n / 20, 'n' || n % 4 from generate_series(0, 199) n;
-- statement
select note from cell where (x, y) in ((1, 2), (3, 4));
