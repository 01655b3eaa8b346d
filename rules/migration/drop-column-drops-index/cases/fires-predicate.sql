create index customers_region_idx on customers (region) where name is not null;
-- migration
alter table customers drop column name;
-- expect drop-column, drop-column-drops-index
