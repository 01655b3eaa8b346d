alter table orders add column agent_id bigint references customers (id);
