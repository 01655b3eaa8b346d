-- text alone
alter table metrics set access method columnar;
