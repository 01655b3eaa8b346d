create index concurrently events_2025_kind_idx on events_2025 (kind);
