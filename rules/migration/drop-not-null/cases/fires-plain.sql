alter table orders alter column number drop not null;
