-- sequence item_id_seq lastValue=2100000000
-- item rows=2100000000 inserts=30000000
create table item (id serial primary key, name text);
-- expect
error public.item_id_seq
