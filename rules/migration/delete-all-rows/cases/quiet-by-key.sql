delete from order_lines where order_id = 7;
