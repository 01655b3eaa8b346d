alter table orders alter column status type varchar(10);
-- expect type-change-rewrite, type-narrowing-may-fail
