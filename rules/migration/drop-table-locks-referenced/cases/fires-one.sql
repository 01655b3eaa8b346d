drop table order_lines;
-- expect drop-table, drop-table-locks-referenced
