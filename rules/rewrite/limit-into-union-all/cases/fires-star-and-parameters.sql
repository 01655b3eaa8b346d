-- bind 6|2
create table purchase (id int primary key, at timestamp not null, amount int);
create table refund (id int primary key, at timestamp not null, amount int);
insert into purchase select n, timestamp '2024-01-01' + n * interval '7 hours', n % 5 from generate_series(1, 60) n;
insert into refund select n, timestamp '2024-01-01' + n * interval '11 hours 1 minute', n % 5 from generate_series(1, 40) n;
-- statement
select * from purchase where amount > 1 union all select * from refund order by at, 1, 3 limit $1 offset $2;
-- expect
(select * from purchase where amount > 1 order by 2, 1, 3 limit $1::bigint + $2::bigint) union all (select * from refund order by 2, 1, 3 limit $1::bigint + $2::bigint) order by at, 1, 3 limit $1 offset $2;
