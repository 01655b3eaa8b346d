create table event (id int primary key, at timestamptz, local timestamp, due date);
insert into event select n, timestamptz '2024-03-01 00:00' + n * interval '37 minutes', timestamp '2024-03-01' + n * interval '37 minutes', '2024-03-05' from generate_series(0, 3000) n;
insert into event values (9001, null, null, null), (9002, '2024-03-06', '2024-03-06', null), (9003, '2024-03-05 23:59:59.999999', 'infinity', null), (9004, 'infinity', '-infinity', null);
-- statement
select id from event where due::date = '2024-03-05';
