-- bookings rows=900000
-- outages rows=40000
create table bookings (id bigint primary key, during tstzrange not null);
create table outages (id bigint primary key, during tstzrange not null);
-- statement
select b.id, o.id from outages o join bookings b on b.during && o.during;
-- expect exactly
create index on public.bookings using gist (during);
create index on public.outages using gist (during);
