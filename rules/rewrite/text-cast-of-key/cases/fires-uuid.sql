create table item (id int primary key, token uuid, n bigint, label varchar(20));
insert into item select n, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, n, n::text from generate_series(1, 100) n;
-- statement
select label from item where cast(token as varchar) = '00000000-0000-0000-0000-000000000042';
-- expect
select label from item where token = '00000000-0000-0000-0000-000000000042';
