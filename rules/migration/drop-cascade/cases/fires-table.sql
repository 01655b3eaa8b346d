drop table customers cascade;
-- expect drop-cascade, drop-table
