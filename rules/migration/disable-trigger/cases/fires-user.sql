alter table orders disable trigger user;
