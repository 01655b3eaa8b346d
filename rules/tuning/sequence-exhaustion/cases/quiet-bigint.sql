-- sequence item_id_seq lastValue=2100000000
create table item (id bigserial primary key);
