-- job rows=100000
create table job (id bigint primary key, state text, priority int);
-- statement calls=100000 meanMs=2
select id from job where id = $1 for update;
