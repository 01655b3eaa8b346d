create function next_code() returns text language plpgsql as $$ begin return 'x'; end $$;
-- migration
alter table orders add column code text default next_code();
