alter table orders alter column note type text collate "C";
