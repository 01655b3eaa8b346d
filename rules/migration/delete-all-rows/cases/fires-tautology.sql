delete from order_lines where true;
