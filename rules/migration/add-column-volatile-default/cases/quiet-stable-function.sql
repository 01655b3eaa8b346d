create function tenant() returns text language sql stable as $$ select 'x' $$;
-- migration
alter table orders add column tenant text default tenant();
