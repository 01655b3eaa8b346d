create index events_at_idx on events (at);
