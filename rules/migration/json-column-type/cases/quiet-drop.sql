alter table orders add column extra jsonb;
alter table orders drop column extra;
