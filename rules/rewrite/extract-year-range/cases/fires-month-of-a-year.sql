create table event (id int primary key, at timestamptz, local timestamp, due date);
insert into event select n, timestamptz '2022-11-01' + n * interval '5 hours', timestamp '2022-11-01' + n * interval '5 hours', date '2022-11-01' + n / 5 from generate_series(0, 4000) n;
insert into event values (9001, null, null, null), (9002, '2025-01-01', '2025-01-01', '2025-01-01'), (9003, 'infinity', '-infinity', 'infinity'), (9004, '2024-01-01', '2024-01-01', '2024-01-01');
-- statement
select id from event where extract(year from at) = 2024 and extract(month from at) = 2 and id > 3;
-- expect
select id from event where at >= '2024-02-01' and at < '2024-03-01' and id > 3;
