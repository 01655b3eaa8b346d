alter table orders add column draft text;
alter table orders drop column draft;
