alter table customers add constraint email_there check (email is not null and length(email) > 3);
-- migration
alter table customers alter column email set not null;
