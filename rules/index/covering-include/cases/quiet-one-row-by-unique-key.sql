-- parent rows=200000
create table parent (id serial primary key, code text unique, name text, about text, more text);
-- statement
select id, name from parent where code = 'c77';
