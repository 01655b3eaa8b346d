-- text alone
alter table users drop column if exists nickname;
