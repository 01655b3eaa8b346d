create table cell (x int, y int, note text, primary key (x, y));
insert into cell select n % 20, n / 20, 'n' || n % 4 from generate_series(0, 199) n;
-- statement
select note from cell where (x, y) not in ((0, 0), (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6), (7, 0), (8, 1), (9, 2));
