create table price (item int not null, since date not null, amount int, primary key (item, since));
insert into price select n % 8, date '2024-01-01' + n, n % 5 from generate_series(1, 60) n;
-- statement
select a.item from price a where exists (select 1 from price b where b.item = a.item and b.since > a.since);
