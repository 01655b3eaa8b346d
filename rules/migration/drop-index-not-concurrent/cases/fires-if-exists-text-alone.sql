-- text alone
drop index if exists users_email_idx;
