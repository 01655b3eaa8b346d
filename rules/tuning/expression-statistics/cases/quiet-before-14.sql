-- context postgres=13
-- person rows=5000000
create table person (id bigint primary key, email text);
-- statement calls=100 meanMs=10
select id from person where lower(email) = $1;
