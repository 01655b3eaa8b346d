create extension citext;
create table member (id int primary key, email citext, name text, handle citext not null unique);
insert into member select n, 'User' || n || '@Example.org', 'User' || n, 'h' || n from generate_series(1, 50) n;
insert into member values (90, 'ADA@example.org', 'Ada', 'ADA'), (91, 'ada@Example.org', 'ada', 'bob'), (92, null, 'x', 'Straße'), (93, '', '', '');
-- statement
select id from member where lower(handle) in ('ada'::text, 'h3'::text, 'nobody');
-- expect
select id from member where handle in ('ada', 'h3', 'nobody');
