-- balance rows=500000
create unlogged table balance (id bigint primary key, amount numeric);
-- expect
note public.balance
alter table public.balance set logged
