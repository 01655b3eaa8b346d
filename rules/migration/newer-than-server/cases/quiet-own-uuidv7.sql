-- postgres: 17
create function uuidv7() returns uuid language sql as $$select gen_random_uuid()$$;
-- migration
create table letters (id uuid primary key default uuidv7());
