drop table events_2026;
-- expect drop-table
