-- events rows=3000000
create table events (id bigint primary key, payload jsonb not null);
-- statement
select id from events where payload @> $1;
