-- job rows=100000
create table job (id bigint primary key, state text, priority int);
-- statement calls=100000 meanMs=2
select id from job where state = $1 order by priority limit 1 for update skip locked;
