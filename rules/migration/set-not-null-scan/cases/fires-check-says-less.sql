alter table customers add constraint email_there check (email is not null or region = 'x');
-- migration
alter table customers alter column email set not null;
