alter table order_lines drop constraint order_lines_order_id_fkey, add column note text;
