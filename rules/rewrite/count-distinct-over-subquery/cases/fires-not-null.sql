create table event (id int primary key, user_id int, kind int not null);
insert into event select n, nullif(n % 13, 0), n % 4 from generate_series(1, 200) n;
-- statement
select count(distinct e.kind) as kinds from event e;
-- expect
select count(*) as kinds from (select distinct e.kind from event e) distinct_values;
