create table account (id int primary key, email text);
insert into account values (1, 'Ada@Example.com'), (2, 'ada@example.com'), (3, 'bob@example.com'), (4, null), (5, 'adaXexample.com');
-- statement
select id from account where email not ilike 'ada@example.com';
