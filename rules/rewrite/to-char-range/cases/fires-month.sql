create table event (id int primary key, at timestamptz, local timestamp);
insert into event select n, timestamptz '2024-02-20' + n * interval '37 minutes', timestamp '2024-02-20' + n * interval '37 minutes' from generate_series(0, 3000) n;
insert into event values (9001, null, null), (9002, '2024-04-01', '2024-04-01'), (9003, 'infinity', 'infinity');
-- statement
select id from event where to_char(at, 'YYYY-MM') = '2024-03';
-- expect
select id from event where at >= '2024-03-01' and at < '2024-04-01';
