-- people rows=2000000
create table people (id bigint primary key, first_name text not null, last_name text not null);
-- statement
select id from people where first_name || ' ' || last_name = $1;
-- expect exactly
create index on public.people ((first_name || ' ' || last_name));
