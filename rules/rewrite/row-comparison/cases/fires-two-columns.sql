-- bind 2024-01-02|60
create table post (id int primary key, at timestamp, score int, n int);
insert into post select n, timestamp '2024-01-01' + n / 4 * interval '1 hour', n % 5, n from generate_series(1, 200) n;
insert into post values (1001, null, 3, 4), (1002, '2024-01-02', null, null);
-- statement
select id from post where at < $1 or (at = $1 and id < $2);
-- expect
select id from post where (at, id) < ($1, $2);
