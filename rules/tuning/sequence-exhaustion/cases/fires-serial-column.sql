-- sequence item_id_seq lastValue=1200000000
-- item rows=1000
create table item (id serial primary key, name text);
-- expect
warning public.item_id_seq
alter table public.item alter column id type bigint;
alter sequence public.item_id_seq as bigint
