create table event (id int primary key, at timestamptz, local timestamp);
insert into event select n, now() - n * interval '5 hours', localtimestamp - n * interval '5 hours' from generate_series(-100, 1000) n;
insert into event values (9001, null, null), (9002, '-infinity', '-infinity'), (9003, 'infinity', 'infinity');
-- statement
select id from event where extract(second from now() - at) < 30;
