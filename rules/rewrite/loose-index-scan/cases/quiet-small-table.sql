create table event (id int primary key, kind int);
insert into event select n, n % 4 from generate_series(1, 100) n;
analyze event;
-- statement
select distinct kind from event;
