-- shifts rows=900000
create table shifts (id bigint primary key, starts_at timestamptz, ends_at timestamptz);
-- statement
select id from shifts s where tstzrange(s.starts_at, s.ends_at) && tstzrange($1, $2);
-- expect exactly
create index on public.shifts using gist (tstzrange(starts_at, ends_at));
