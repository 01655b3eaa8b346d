-- postgres: 14.0
reindex table concurrently orders;
