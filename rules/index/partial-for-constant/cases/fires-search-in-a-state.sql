-- models rows=2000000 status.distinct=3 status.common=archived:0.93|active:0.05|draft:0.02
create table models (id bigint primary key, status text not null, tags text[] not null);
-- statement
select id from models where status = 'active' and tags @> $1;
-- expect
create index on public.models using gin (tags) where status = 'active';
