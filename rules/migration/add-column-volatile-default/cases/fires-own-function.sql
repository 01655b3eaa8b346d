create function next_code() returns text language sql volatile as $$ select 'x' $$;
-- migration
alter table orders add column code text default next_code();
