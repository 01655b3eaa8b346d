drop table events_2026;
