-- models rows=200
create table models (id bigint primary key, meta jsonb not null);
-- statement
select id from models where meta @> '{"team": "search"}';
