alter table orders alter column status type varchar(40);
analyze orders;
