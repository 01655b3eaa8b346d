-- text alone
alter schema app rename to app_v1;
