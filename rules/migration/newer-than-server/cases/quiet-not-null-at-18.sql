alter table customers add constraint nn not null email not valid;
