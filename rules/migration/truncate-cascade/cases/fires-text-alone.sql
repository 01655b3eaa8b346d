-- text alone
truncate users cascade;
