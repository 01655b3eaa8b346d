-- log rows=5000000
create extension if not exists pg_trgm;
create table log (id bigint primary key, message text not null);
-- statement
select id from log where message ~* 'time(d)? ?out';
-- expect exactly
create index on public.log using gin (message gin_trgm_ops);
