alter table customers alter column id set not null;
