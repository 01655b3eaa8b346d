-- users rows=300000 email.distinct=-1 email.width=24 about.width=200
create table users (id bigint primary key, email text not null, about text);
-- statement
select id from users where email = $1;
