alter table orders add column agent_id bigint references customers (id);
-- expect add-column-inline-fk, fk-without-index
