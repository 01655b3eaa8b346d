create table account (id int primary key, email text);
insert into account values (1, 'Ada@Example.com'), (2, 'ada@example.com'), (3, 'bob@example.com'), (4, null), (5, 'adaXexample.com');
-- statement
select id from account where email ilike 'ADA@example.com';
-- expect
select id from account where lower(email) = lower('ADA@example.com');
