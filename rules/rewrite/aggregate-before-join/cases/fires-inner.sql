create table team (id int primary key, name text not null, city int);
create table match (id int primary key, team_id int, score int, day int);
insert into team select n, 'n' || n % 6, nullif(n % 4, 0) from generate_series(1, 15) n;
insert into match select n, nullif(n % 11, 0), nullif(n % 9, 5), n % 7 from generate_series(1, 90) n;
-- statement
select t.id, t.name, sum(m.score) as total, count(*) from team t join match m on m.team_id = t.id where m.day > 1 and t.city > 0 group by t.id, t.name;
-- expect
select t.id, t.name, per_team_id.group_value as total, per_team_id.group_value_2 as count from team t join (select m.team_id as group_key, sum(m.score) as group_value, count(*) as group_value_2 from match m where m.day > 1 group by m.team_id) per_team_id on per_team_id.group_key = t.id where t.city > 0;
