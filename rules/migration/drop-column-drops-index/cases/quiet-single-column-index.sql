create index customers_region_idx on customers (region);
-- migration
alter table customers drop column region;
-- expect drop-column
