do $$ begin if not exists (select 1) then alter table orders add column x int default random(); end if; end $$;
