create table account (id int primary key, email text, phone text);
create table lead (id int primary key, email text, phone text, score int);
insert into account select n, nullif('e' || n % 7, 'e3'), nullif('p' || n % 5, 'p0') from generate_series(1, 30) n;
insert into lead select n, nullif('e' || n % 9, 'e1'), nullif('p' || n % 4, 'p2'), n % 5 from generate_series(1, 40) n;
-- statement
select a.id, l.id as lead from account a join lead l on l.score > 1 and (l.email = a.email or l.phone = a.phone) where a.id > 2;
-- expect
select a.id, l.id as lead from account a join lead l on l.score > 1 and l.email = a.email where a.id > 2 union all select a.id, l.id as lead from account a join lead l on l.score > 1 and l.phone = a.phone and (l.email = a.email) is not true where a.id > 2;
