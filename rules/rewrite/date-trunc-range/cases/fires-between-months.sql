create table event (id int primary key, at timestamptz, local timestamp);
insert into event select n, timestamptz '2024-03-01 00:00' + n * interval '37 minutes', timestamp '2024-03-01' + n * interval '37 minutes' from generate_series(0, 3000) n;
insert into event values (9001, null, null), (9002, '2024-03-05', '2024-03-05'), (9003, '2024-03-06', '2024-03-06'), (9004, '2024-03-05 23:59:59.999999', 'infinity');
-- statement
select id from event where date_trunc('month', at) between '2024-03-01' and '2024-04-01';
-- expect
select id from event where at >= '2024-03-01' and at < '2024-05-01';
