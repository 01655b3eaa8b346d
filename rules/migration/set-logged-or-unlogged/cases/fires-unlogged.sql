alter table order_lines set unlogged;
