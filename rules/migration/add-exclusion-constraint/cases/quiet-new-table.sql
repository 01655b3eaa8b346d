create table bookings (id int primary key, during tsrange);
alter table bookings add exclude using gist (during with &&);
