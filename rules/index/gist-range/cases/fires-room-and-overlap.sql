-- bookings rows=900000 room_id.distinct=300
create extension if not exists btree_gist;
create table bookings (id bigint primary key, room_id int not null, during tstzrange not null);
-- statement
select id from bookings where room_id = $1 and during @> $2::timestamptz;
-- expect exactly
create index on public.bookings using gist (room_id, during);
create index on public.bookings using gist (during);
