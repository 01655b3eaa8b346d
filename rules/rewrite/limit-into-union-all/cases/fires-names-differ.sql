create table purchase (id int primary key, at timestamp not null, amount int);
create table refund (id int primary key, at timestamp not null, amount int);
insert into purchase select n, timestamp '2024-01-01' + n * interval '7 hours', n % 5 from generate_series(1, 60) n;
insert into refund select n, timestamp '2024-01-01' + n * interval '11 hours 1 minute', n % 5 from generate_series(1, 40) n;
-- statement
select id, at as happened from purchase union all select amount, at from refund order by happened desc, 1 limit 10 offset 3;
-- expect
(select id, at as happened from purchase order by 2 desc, 1 limit 13) union all (select amount, at from refund order by 2 desc, 1 limit 13) order by happened desc, 1 limit 10 offset 3;
