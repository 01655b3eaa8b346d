-- person rows=900000 name.distinct=-0.8
create table person (id bigint primary key, name text not null);
create index person_name on person (name);
-- statement
select * from person order by name collate "C" limit 10;
-- expect exactly
create index on public.person (name collate "C")
