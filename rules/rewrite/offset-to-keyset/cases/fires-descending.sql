create table post (id int primary key, at timestamp not null, score int);
insert into post select n, timestamp '2024-01-01' + n / 3 * interval '1 hour', n % 5 from generate_series(1, 60) n;
-- statement
select id, at from post order by at desc, id desc limit 20 offset 40;
-- expect
select id, at from post where (at, id) < ($1, $2) order by at desc, id desc limit 20;
