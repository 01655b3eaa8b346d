create table post (id int primary key, at timestamp, score int, n int);
insert into post select n, timestamp '2024-01-01' + n / 4 * interval '1 hour', n % 5, n from generate_series(1, 200) n;
insert into post values (1001, null, 3, 4), (1002, '2024-01-02', null, null);
-- statement
select id from post where score > 2 or (score = 2 and (n > 50 or (n = 50 and id > 7)));
-- expect
select id from post where (score, n, id) > (2, 50, 7);
