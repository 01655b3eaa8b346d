-- load live=500000 lastAnalyzeDays=never
create table load (id bigint, status text);
insert into load select i, 'x' from generate_series(1, 100) i;
-- expect
warning public.load
analyze public.load
