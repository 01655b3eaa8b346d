-- text alone
alter table users set schema auth;
