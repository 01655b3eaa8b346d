-- models rows=500000
create table models (id bigint primary key, meta jsonb not null);
-- statement
select id from models where meta <@ '{"team": "search"}';
