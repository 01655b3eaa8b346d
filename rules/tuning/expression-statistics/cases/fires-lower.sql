-- person rows=5000000
create table person (id bigint primary key, email text);
-- statement calls=100 meanMs=10
select id from person where lower(email) = $1;
-- expect
note public.person
create statistics public.person_expr1_stx on (lower(email)) from public.person;
analyze public.person
