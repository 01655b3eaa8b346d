-- text alone
drop table if exists legacy_users;
