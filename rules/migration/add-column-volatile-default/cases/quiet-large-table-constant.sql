-- orders rows=900000000
-- migration
alter table orders add column archived boolean not null default false;
