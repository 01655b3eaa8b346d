alter table orders drop column note;
-- expect drop-column
