-- postgres: 17
alter table customers alter column email set not null;
