-- tasks rows=2000000 list_id.distinct=9000
create table tasks (id bigint primary key, list_id int not null, due date, created date not null);
-- statement
select id from tasks where list_id = $1 order by coalesce(due, created) limit 10;
-- expect
create index on public.tasks (list_id, coalesce(due, created));
