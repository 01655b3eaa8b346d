alter table customers add constraint email_there check (email is not null) not valid;
alter table customers validate constraint email_there;
alter table customers alter column email set not null;
alter table customers drop constraint email_there;
