create table price (item int not null, since date not null, amount int, primary key (item, since));
insert into price select n % 8, date '2024-01-01' + n, n % 5 from generate_series(1, 60) n;
-- statement
select * from price where not exists (select from price b where price.since > b.since and price.item = b.item) order by item;
-- expect
select * from (select distinct on (price.item) * from price order by price.item, price.since) price order by item;
