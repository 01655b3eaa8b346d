create table team (id int primary key, name text not null, city int);
create table match (id int primary key, team_id int, score int, day int);
insert into team select n, 'n' || n % 6, nullif(n % 4, 0) from generate_series(1, 15) n;
insert into match select n, nullif(n % 11, 0), nullif(n % 9, 5), n % 7 from generate_series(1, 90) n;
-- statement
select t.id, count(m.id), max(m.score) from team t left join match m on m.team_id = t.id and m.day > 3 group by t.id;
-- expect
select t.id, coalesce(per_team_id.group_value, 0) as count, per_team_id.group_value_2 as max from team t left join (select m.team_id as group_key, count(m.id) as group_value, max(m.score) as group_value_2 from match m where m.day > 3 group by m.team_id) per_team_id on per_team_id.group_key = t.id;
