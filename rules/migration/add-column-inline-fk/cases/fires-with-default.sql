alter table orders add column agent_id bigint default 1 references customers (id);
