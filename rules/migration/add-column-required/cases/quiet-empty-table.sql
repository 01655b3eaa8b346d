-- orders rows=0
-- migration
alter table orders add column weight int not null;
