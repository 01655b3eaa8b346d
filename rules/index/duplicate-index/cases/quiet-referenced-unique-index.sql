create table person (id bigint, code int);
create unique index person_a on person (code);
alter table person add constraint person_b unique (code);
create table child (code int references person (code));
