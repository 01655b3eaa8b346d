-- account rows=50000 updates=10
create table account (no bigint not null, owner text);
create unique index account_no on account (no);
-- expect
warning public.account
alter table public.account add primary key using index account_no
