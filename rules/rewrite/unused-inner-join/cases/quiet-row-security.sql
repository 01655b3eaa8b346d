create table parent (id int primary key, kind text);
alter table parent enable row level security;
create table child (id int primary key, parent_id int not null references parent);
-- statement
select c.id from child c join parent p on p.id = c.parent_id;
