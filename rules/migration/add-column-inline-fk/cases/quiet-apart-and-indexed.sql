alter table orders add column agent_id bigint;
create index concurrently orders_agent_id_idx on orders (agent_id);
alter table orders add constraint orders_agent_id_fkey foreign key (agent_id) references customers (id) not valid;
alter table orders validate constraint orders_agent_id_fkey;
