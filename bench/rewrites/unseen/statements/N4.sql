SELECT * FROM tickets WHERE date(opened_at) = date '2024-09-02' AND state = 'open' ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED
