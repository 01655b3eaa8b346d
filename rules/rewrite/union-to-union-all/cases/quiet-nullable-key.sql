create table a (id int unique, name text);
create table b (id int unique, name text);
-- statement
select id, 'a' from a union select id, 'b' from b;
