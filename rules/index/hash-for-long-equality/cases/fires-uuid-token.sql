-- session rows=3000000 token.distinct=-1
create table session (id bigint primary key, token uuid not null, data text);
-- statement
select * from session where token = $1;
-- expect exactly
create index on public.session using hash (token)
