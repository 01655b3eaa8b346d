-- text alone
alter table orders alter column number type bigint;
