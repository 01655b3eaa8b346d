alter table orders drop column if exists no_such;
