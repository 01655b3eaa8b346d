create index orders_open_idx on orders (lower(note) text_pattern_ops) where status = 'open';
-- expect index-not-concurrent, expression-index-needs-analyze
