alter table order_lines drop constraint order_lines_quantity_check;
