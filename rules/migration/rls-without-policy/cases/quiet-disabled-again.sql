create table secrets (id int primary key);
alter table secrets enable row level security;
alter table secrets disable row level security;
