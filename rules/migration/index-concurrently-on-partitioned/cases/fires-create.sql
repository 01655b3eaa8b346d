create index concurrently events_kind_idx on events (kind);
