alter table orders drop column placed_at;
-- expect drop-column, drop-column-drops-index
