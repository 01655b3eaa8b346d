create table notes (body text);
drop table notes;
