-- context postgres=17
-- account rows=1000000 updates=5000000 hotUpdates=1000000 newPageUpdates=4000000
create table account (id bigint primary key, balance numeric, note text);
-- expect
note public.account
alter table public.account set (fillfactor = 90)
