truncate order_lines;
