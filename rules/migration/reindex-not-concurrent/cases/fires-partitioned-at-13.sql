-- postgres: 13
reindex table events;
