create index events_kind_idx on events (kind);
-- migration
drop index concurrently events_kind_idx;
