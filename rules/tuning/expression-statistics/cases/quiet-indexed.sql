-- person rows=5000000
create table person (id bigint primary key, email text);
create index on person (lower(email));
-- statement calls=100 meanMs=10
select id from person where lower(email) = $1;
