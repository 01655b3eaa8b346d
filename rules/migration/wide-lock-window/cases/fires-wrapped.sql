-- runner: wrapped
alter table customers add column weight int;
alter table orders add column weight int;
alter table order_lines add column weight int;
