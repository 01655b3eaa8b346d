alter table orders add column agent_id bigint default 1 references customers (id);
-- expect add-column-inline-fk, fk-without-index
