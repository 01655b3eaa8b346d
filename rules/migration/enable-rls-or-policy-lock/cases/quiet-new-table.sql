create table t (id int primary key);
create policy own on t using (true);
alter table t enable row level security;
