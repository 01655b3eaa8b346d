-- account rows=1000 updates=1000 published=yes
create table account (id bigint primary key, note text);
alter table account replica identity full;
-- expect
note public.account
alter table public.account replica identity default
