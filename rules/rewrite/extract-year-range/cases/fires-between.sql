create table event (id int primary key, at timestamptz, local timestamp, due date);
insert into event select n, timestamptz '2022-11-01' + n * interval '5 hours', timestamp '2022-11-01' + n * interval '5 hours', date '2022-11-01' + n / 5 from generate_series(0, 4000) n;
insert into event values (9001, null, null, null), (9002, '2025-01-01', '2025-01-01', '2025-01-01'), (9003, 'infinity', '-infinity', 'infinity'), (9004, '2024-01-01', '2024-01-01', '2024-01-01');
-- statement
select count(*) from event where extract(year from local) between 2023 and 2024;
-- expect
select count(*) from event where local >= '2023-01-01' and local < '2025-01-01';
