-- job rows=100000
create table job (id bigint primary key, state text, priority int);
-- statement calls=100000 meanMs=20
update job set state = $1 where id = (select id from job where state = $2 order by priority limit 1 for no key update) returning id;
-- expect
warning statement
