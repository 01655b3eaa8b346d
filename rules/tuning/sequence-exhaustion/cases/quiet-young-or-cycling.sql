-- sequence item_id_seq lastValue=1000
-- sequence slot_no lastValue=990
create table item (id serial primary key);
create sequence slot_no as integer maxvalue 1000 cycle;
