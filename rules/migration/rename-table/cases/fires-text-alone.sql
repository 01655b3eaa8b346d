-- text alone
alter table users rename to accounts;
