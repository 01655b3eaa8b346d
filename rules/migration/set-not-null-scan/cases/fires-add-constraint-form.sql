alter table customers add constraint customers_email_there not null email;
