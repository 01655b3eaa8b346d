do $$ begin create type size as enum ('s'); exception when duplicate_object then null; end $$;
