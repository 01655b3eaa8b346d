-- item rows=500000
create table item (id bigint primary key, doc jsonb not null);
-- statement calls=1 meanMs=1
select id from item where doc ->> 'state' = $1;
-- statement calls=10000 meanMs=50
select id from item where id = $1;
