create table people (id int primary key, feels mood);
-- migration
alter type mood add value 'happy';
update people set feels = 'happy' where id = 1;
