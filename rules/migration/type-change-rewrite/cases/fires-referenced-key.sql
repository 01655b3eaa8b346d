create table tickets (id int primary key);
create table replies (ticket_id int references tickets (id));
-- migration
alter table tickets alter column id type bigint;
