create table team (id int primary key, name text not null, city int);
create table match (id int primary key, team_id int, score int, day int);
insert into team select n, 'n' || n % 6, nullif(n % 4, 0) from generate_series(1, 15) n;
insert into match select n, nullif(n % 11, 0), nullif(n % 9, 5), n % 7 from generate_series(1, 90) n;
-- statement
select t.id, count(m.id) from team t left join match m on m.team_id = t.id where m.day > 3 group by t.id;
