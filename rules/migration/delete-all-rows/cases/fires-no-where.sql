delete from order_lines;
