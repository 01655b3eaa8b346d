-- text alone
alter table users drop constraint users_pkey;
