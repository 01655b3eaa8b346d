alter table customers alter column name type text;
