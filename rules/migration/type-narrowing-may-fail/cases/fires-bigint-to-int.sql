alter table order_lines drop constraint order_lines_order_id_fkey;
alter table order_lines alter column order_id type int;
-- expect drop-fk-locks-parent, type-change-rewrite, type-narrowing-may-fail
