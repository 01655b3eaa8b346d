-- task rows=700000 due.nulls=0.3 owner.distinct=5000
create table task (id bigint primary key, owner bigint not null, due date);
create index on task (owner, due);
create index on task (due);
-- statement
select * from task where owner = $1 order by due desc nulls last limit 5;
-- expect
create index on public.task (owner, due desc nulls last)
