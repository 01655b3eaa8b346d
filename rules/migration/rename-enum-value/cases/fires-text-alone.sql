-- text alone
alter type status rename value 'new' to 'open';
