-- text alone
alter table t alter column b set expression as (id * 3);
