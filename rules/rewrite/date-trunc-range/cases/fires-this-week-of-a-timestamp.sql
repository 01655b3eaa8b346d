create table event (id int primary key, at timestamptz, local timestamp);
insert into event select n, date_trunc('hour', now()) + n * interval '337 minutes', date_trunc('hour', localtimestamp) + n * interval '337 minutes' from generate_series(-1500, 600) n;
insert into event values (9001, null, null), (9002, date_trunc('month', now()), date_trunc('month', localtimestamp)), (9003, date_trunc('month', now()) - interval '1 microsecond', 'infinity'), (9004, 'infinity', '-infinity'), (9005, date_trunc('day', now()), current_date);
-- statement
select id from event where date_trunc('week', now()) <= date_trunc('week', local);
-- expect
select id from event where local >= date_trunc('week', now());
