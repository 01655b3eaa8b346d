create table event (id int primary key, at timestamptz, local timestamp);
insert into event select n, timestamptz '2024-03-01 00:00+00' + n * interval '37 minutes', timestamp '2024-03-01' + n * interval '37 minutes' from generate_series(0, 3000) n;
insert into event values (9001, null, null), (9002, '2024-03-05 00:00+00', '2024-03-05'), (9003, '2024-03-05 23:59:59.999999+00', '2024-03-05 23:59:59.999999'), (9004, 'infinity', 'infinity'), (9005, '2024-03-31 00:00+01', '2024-03-30 23:00'), (9006, '-infinity', '-infinity');
-- statement
select id from event where extract(year from at at time zone 'America/New_York') = 2024;
-- expect
select id from event where at >= '2024-01-01'::timestamp at time zone 'America/New_York' and at < '2025-01-01'::timestamp at time zone 'America/New_York';
