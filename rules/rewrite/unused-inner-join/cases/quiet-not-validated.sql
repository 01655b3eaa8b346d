create table parent (id int primary key, kind text);
create table child (id int primary key, parent_id int not null);
alter table child add constraint child_parent foreign key (parent_id) references parent not valid;
-- statement
select c.id from child c join parent p on p.id = c.parent_id;
