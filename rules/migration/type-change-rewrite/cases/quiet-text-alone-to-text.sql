-- text alone
alter table users alter column bio type text;
