create table secrets (id int primary key);
alter table secrets enable row level security;
create policy own on secrets using (true);
