set lock_timeout = '2s';
alter table order_lines drop constraint order_lines_order_id_fkey;
drop table order_lines;
-- expect drop-table
