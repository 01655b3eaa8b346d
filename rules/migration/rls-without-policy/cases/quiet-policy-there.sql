create policy own on orders using (true);
-- migration
alter table orders enable row level security;
-- expect enable-rls-or-policy-lock
