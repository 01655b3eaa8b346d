create table secrets (id int primary key);
alter table secrets enable row level security;
