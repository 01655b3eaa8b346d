alter table orders alter column note type varchar;
