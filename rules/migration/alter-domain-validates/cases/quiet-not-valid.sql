create table boxes (id int primary key, size positive);
-- migration
alter domain positive add constraint below_million check (value < 1000000) not valid;
