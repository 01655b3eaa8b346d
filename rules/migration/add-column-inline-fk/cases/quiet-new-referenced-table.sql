create table agents (id bigint primary key);
alter table orders add column agent_id bigint references agents (id);
-- expect fk-without-index
