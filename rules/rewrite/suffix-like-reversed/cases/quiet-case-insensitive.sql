create table account (id int primary key, email text, name varchar(40));
insert into account select n, 'u' || n || '@d' || n % 3 || '.com', 'Name ' || n from generate_series(1, 60) n;
insert into account values (1001, null, null);
-- statement
select id from account where email ilike '%@d1.com';
