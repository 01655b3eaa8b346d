alter table orders alter column status type varchar(20) collate "C";
