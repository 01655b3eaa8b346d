create view open_orders as select id, note from orders;
-- migration
drop view open_orders;
alter table orders alter column note type varchar;
create view open_orders as select id, note from orders;
