create table bookings (id int primary key, during tsrange);
-- migration
alter table bookings add constraint no_overlap exclude using gist (during with &&);
