create view order_numbers as select id, number from orders;
-- migration
alter table orders alter column note type varchar;
