create index events_at_idx on only events (at);
