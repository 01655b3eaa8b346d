-- audits rows=3000000
create table audits (id bigint primary key, at timestamptz not null, actor int not null, diff jsonb not null);
-- statement
select at, actor from audits where diff ? 'iban';
-- expect
create index on public.audits (at, actor) where diff ? 'iban';
