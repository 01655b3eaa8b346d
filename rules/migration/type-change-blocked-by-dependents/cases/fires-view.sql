create view open_orders as select id, note from orders;
-- migration
alter table orders alter column note type varchar;
