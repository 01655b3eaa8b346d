-- bind 1|20|0
create table post (id int primary key, at timestamp not null, score int);
insert into post select n, timestamp '2024-01-01' + n / 3 * interval '1 hour', n % 5 from generate_series(1, 60) n;
-- statement
select id from post where score = $1 order by id limit $2 offset $3;
-- expect
select id from post where score = $1 and id > $4 order by id limit $2;
