-- item rows=500000
create table item (id bigint primary key, doc jsonb not null, condition text generated always as (doc ->> 'state') stored);
-- statement calls=100 meanMs=50
select id from item where doc ->> 'state' = 'done';
-- statement calls=100 meanMs=50
select count(*) from item where doc ->> 'state' = 'open';
