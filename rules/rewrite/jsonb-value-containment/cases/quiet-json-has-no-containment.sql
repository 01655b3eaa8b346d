create table model (id int primary key, meta json);
-- statement
select id from model where meta ->> 'k' = 'a';
