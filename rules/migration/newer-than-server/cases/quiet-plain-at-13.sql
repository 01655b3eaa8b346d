-- postgres: 13
create or replace function touch_again() returns trigger language plpgsql as $$begin return new; end$$;
create table letters (id bigint primary key, body text, twice bigint generated always as (id * 2) stored);
