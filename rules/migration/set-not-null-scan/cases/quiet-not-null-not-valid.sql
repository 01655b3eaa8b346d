alter table customers add constraint email_there not null email not valid;
alter table customers validate constraint email_there;
