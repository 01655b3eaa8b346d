alter table orders add column extra jsonb;
