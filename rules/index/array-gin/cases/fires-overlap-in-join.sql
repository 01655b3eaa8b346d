-- models rows=500000
-- owners rows=20000
create table owners (id bigint primary key, name text);
create table models (id bigint primary key, owner_id bigint references owners, scores int[]);
-- statement
select o.name from owners o join models m on m.owner_id = o.id where m.scores && array[90, 91];
-- expect exactly
create index on public.models using gin (scores);
