alter table orders alter column note type varchar(100);
-- expect type-change-rewrite, type-narrowing-may-fail
