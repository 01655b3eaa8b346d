alter table orders alter column number type bigint;
-- expect type-change-rewrite
