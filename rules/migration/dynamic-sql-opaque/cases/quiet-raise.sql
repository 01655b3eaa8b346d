do $$ begin raise notice 'execute nothing'; end $$;
