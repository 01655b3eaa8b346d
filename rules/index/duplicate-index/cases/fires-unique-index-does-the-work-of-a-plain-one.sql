create table person (id bigint primary key, email text);
create index person_lower on person (lower(email));
create unique index person_lower_key on person (lower(email));
-- expect exactly
drop index public.person_lower
