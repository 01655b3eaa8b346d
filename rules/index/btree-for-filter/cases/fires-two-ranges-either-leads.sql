-- reading rows=5000000 at.distinct=-1 level.distinct=1000
create table reading (id bigint primary key, at timestamptz not null, level int not null, body text);
-- statement
select * from reading where at > $1 and level > $2;
-- expect
create index on public.reading (at);
create index on public.reading (level);
create index on public.reading (at, level);
create index on public.reading (level, at)
