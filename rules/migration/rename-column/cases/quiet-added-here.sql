alter table orders add column draft text;
alter table orders rename column draft to sketch;
