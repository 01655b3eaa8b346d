create table event (id int primary key, user_id int, kind int not null);
insert into event select n, nullif(n % 13, 0), n % 4 from generate_series(1, 200) n;
-- statement
select count(distinct user_id) from event where id > 20;
-- expect
select count(*) from (select distinct event.user_id from event where id > 20 and user_id is not null) distinct_values;
