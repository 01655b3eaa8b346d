-- event rows=5000000 kind.distinct=8 user_id.distinct=4000000 tag.distinct=5
create table event (id int primary key, kind int not null, tag text, user_id int);
insert into event select n, n % 4, (array['a', 'b', null])[n % 3 + 1], n from generate_series(1, 100) n;
-- statement
select distinct "event"."kind" from event order by "event"."kind" desc;
-- expect
with recursive steps (value) as (select (select kind from event where kind is not null order by kind limit 1) as value union all select (select kind from event where kind > steps.value order by kind limit 1) from steps where steps.value is not null) select steps.value as kind from steps where steps.value is not null order by kind desc;
