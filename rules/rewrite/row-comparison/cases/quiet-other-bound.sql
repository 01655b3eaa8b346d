create table post (id int primary key, at timestamp, score int, n int);
insert into post select n, timestamp '2024-01-01' + n / 4 * interval '1 hour', n % 5, n from generate_series(1, 200) n;
insert into post values (1001, null, 3, 4), (1002, '2024-01-02', null, null);
-- statement
select id from post where score > 3 or (score = 4 and id > 100);
