-- sensors rows=3000000
create extension hstore;
create table sensors (id bigint primary key, config hstore not null);
-- statement
select id, config from sensors where config ? 'override' order by id;
-- expect
create index on public.sensors (id) where config ? 'override';
