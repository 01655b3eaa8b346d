alter table orders add column meta jsonb not null default '{}'::jsonb;
