do $$ begin execute format('alter table %I add column x int', 'orders'); end $$;
