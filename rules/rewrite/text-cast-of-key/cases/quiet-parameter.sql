-- bind 42
create table item (id int primary key, token uuid, n bigint, label varchar(20));
insert into item select n, ('00000000-0000-0000-0000-' || lpad(n::text, 12, '0'))::uuid, n, n::text from generate_series(1, 100) n;
-- statement
select label from item where id::text = $1;
