create table base (id int primary key);
create table part () inherits (base);
insert into base values (1); insert into part values (1);
-- statement
select distinct id from base;
