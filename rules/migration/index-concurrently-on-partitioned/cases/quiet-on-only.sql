create index events_kind_idx on only events (kind);
