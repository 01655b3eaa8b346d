-- text alone
drop trigger if exists audit on users;
