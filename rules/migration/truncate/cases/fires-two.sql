truncate table events_2026, order_lines restart identity;
