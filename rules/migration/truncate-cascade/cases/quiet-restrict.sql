truncate order_lines;
-- expect truncate
