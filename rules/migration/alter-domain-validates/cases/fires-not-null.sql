create table boxes (id int primary key, size positive);
-- migration
alter domain positive set not null;
