-- event rows=5000000 kind.distinct=8 user_id.distinct=4000000 tag.distinct=5
create table event (id int primary key, kind int not null, tag text, user_id int);
insert into event select n, n % 4, (array['a', 'b', null])[n % 3 + 1], n from generate_series(1, 100) n;
-- statement
select distinct e.tag as label from event e order by e.tag nulls first;
-- expect
with recursive steps (value) as (select (select tag from event e where tag is not null order by tag limit 1) as value union all select (select tag from event e where tag > steps.value order by tag limit 1) from steps where steps.value is not null) select steps.value as label from steps where steps.value is not null union all select null where exists (select 1 from event e where tag is null) order by label nulls first;
